import Foundation
internal import Raster
public import Warehouse

/// What a contact sheet shows.
public struct SheetSummary: Sendable, Equatable {
  /// Rows on the sheet.
  public let rows: Int
  /// Samples there are.
  public let all: Int
  /// Relevance maps that were not kept and had to be computed.
  public let computed: Int
}

extension ReadOnlySession {
  /// Writes a contact sheet as a PNG file: a row a sample with its picture, the outlines of its
  /// action units, relevance before and relevance after, below the means of all rows.
  ///
  /// Maps are shares of each map's own magnitude and have one colour scale, which is stated. Maps
  /// that are not kept are computed.
  ///
  /// - Parameters:
  ///   - question: What is asked.
  ///   - store: The warehouse whose catalogue the session reads.
  ///   - path: The file, which appears when it is whole.
  /// - Returns: What the sheet shows.
  /// - Throws: `QueryError` if a name is unknown, no sample is selected or the file cannot be
  ///   written; `WarehouseError` if inputs are not stored.
  public func writeSheet(
    _ question: SheetQuestion, of store: Store, to path: String
  ) throws -> SheetSummary {
    let (before, after) = try pair(question.before, question.after)
    let scope = try SampleScope(
      question.selection, task: before.task, models: [before.name, after.name], in: self)
    let (rows, all) = try rows(of: question, scope)
    guard !rows.isEmpty else {
      let which = question.outcome.map { "\($0.rawValue) " } ?? ""
      throw QueryError.nothingFound("there is no \(which)sample over \(scope.name)")
    }
    let dataset = try datasetID(scope.dataset)
    let maps = try [(before, false), (after, true)].map { card, isAfter in
      try HeatMaps(
        of: rows.map { row in
          HeatMaps.Sample(
            id: row.sample.id, position: row.sample.position, label: row.label,
            predicted: isAfter ? row.predictedAfter : row.sample.predicted)
        }, model: card, method: question.method, dataset: dataset, store: store,
        threads: question.threads, in: self)
    }
    let model = try store.model(named: before.name)
    let positions = rows.map(\.sample.position)
    let inputs = try store.readBytes(
      key: model.record.inputKey, tier: .inputs, dataset: dataset, positions: positions)
    let range = (positions.min() ?? 0)..<(positions.max() ?? 0) + 1
    let sheet = Sheet(
      question: question, scope: scope.name, rows: rows, all: all, before: maps[0].shares,
      after: maps[1].shares, inputs: inputs,
      masks: try UnitMasks(of: range, dataset: dataset, model.record.inputKey, in: store))
    let bytes = sheet.draw().pngData()
    _ = try AtomicFile.write(path) { try $0(bytes) }
    return SheetSummary(
      rows: rows.count, all: all, computed: maps.reduce(0) { $0 + $1.computed })
  }
}
