internal import SQLite
internal import Warehouse

/// The table function `concept_score`: how a stored concept did on each sample.
final class ConceptTable: TableFunction {
  /// The scores of a concept.
  struct Scores {
    let rows: [ConceptScoreRow]
    /// Cells of the mask grid.
    let cells: Int
    let places: [Int64: Int]
  }

  /// Concepts whose scores are kept, the last ones that were read.
  private static let mostKept = 8

  private let store: Store
  private let reader: ActivationReader
  private var kept: [(id: Int64, scores: Scores)] = []
  /// How often scores were read from the store.
  private(set) var reads = 0

  init(_ store: Store, _ reader: ActivationReader) {
    self.store = store
    self.reader = reader
  }

  var name: String { PublicView.conceptScore.name }

  var columns: [TableFunctionColumn] {
    PublicView.conceptScore.columns.map { TableFunctionColumn($0.name, $0.type) }
  }

  var arguments: [TableFunctionColumn] {
    PublicView.conceptScore.arguments.map { TableFunctionColumn($0.name, $0.type) }
  }

  func estimate(equal: Set<Int>) -> TableFunctionEstimate {
    let bySample = equal.contains(0)
    return TableFunctionEstimate(
      rows: bySample ? 1 : 1_000, cost: bySample ? 2 : 1_000, isUnique: bySample)
  }

  func makeCursor() -> any TableFunctionCursor { ConceptCursor(self) }

  /// The scores of a concept, from memory if they were read lately.
  ///
  /// - Throws: `QueryError`, which the session is told in full: SQLite carries its text alone.
  func scores(of argument: SQLiteValue) throws -> Scores {
    do {
      guard case .integer(let id) = argument else {
        throw QueryError.usage("the argument concept_id must be an integer")
      }
      if let index = kept.firstIndex(where: { $0.id == id }) { return kept[index].scores }
      guard let found = try store.conceptScores(of: id) else {
        throw QueryError.usage("there is no concept \(id): see lethe concept list")
      }
      reads += 1
      let places = Dictionary(
        zip(found.scores.map(\.sample), found.scores.indices),
        uniquingKeysWith: { first, _ in first })
      let scores = Scores(rows: found.scores, cells: found.cells, places: places)
      if kept.count >= ConceptTable.mostKept { kept.removeFirst() }
      kept.append((id, scores))
      return scores
    } catch {
      switch error {
      case let error as QueryError: reader.failure = error
      case let error as WarehouseError: reader.failure = .failed(error.description)
      default: break
      }
      throw error
    }
  }
}

/// A reading of `concept_score`: all samples, or one.
final class ConceptCursor: TableFunctionCursor {
  private let table: ConceptTable
  private var scores: ConceptTable.Scores?
  private var rows = 0..<0

  init(_ table: ConceptTable) { self.table = table }

  func start(arguments: [SQLiteValue], equal: [SQLiteValue?]) throws {
    rows = 0..<0
    let scores = try table.scores(of: arguments[0])
    self.scores = scores
    guard case .integer(let sample)? = equal[0] else {
      // SQLite compares other values itself.
      rows = scores.rows.indices
      return
    }
    if let place = scores.places[sample] { rows = place..<place + 1 }
  }

  func advance() { rows = min(rows.lowerBound + 1, rows.upperBound)..<rows.upperBound }

  var isAtEnd: Bool { rows.isEmpty }

  var rowID: Int64 { current?.sample ?? 0 }

  func value(at column: Int) -> SQLiteValue {
    guard let current, let scores else { return .null }
    switch column {
    case 0: return .integer(current.sample)
    case 1:
      return current.union > 0
        ? .real(Double(current.intersection) / Double(current.union)) : .null
    case 2: return .real(Double(current.predicted) / Double(scores.cells))
    case 3: return .integer(current.isPresent ? 1 : 0)
    default: return .real(Double(current.peak))
    }
  }

  private var current: ConceptScoreRow? {
    rows.isEmpty ? nil : scores?.rows[rows.lowerBound]
  }
}
