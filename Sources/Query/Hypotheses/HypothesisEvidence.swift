internal import Warehouse

/// Changes of action units between two models, from each source that speaks of them; each pair of
/// models is looked at once.
struct HypothesisEvidence {
  enum Source: String, CaseIterable {
    case concepts, probes, relevance
  }

  /// Rows with a change and a p value an action unit.
  struct Changes {
    let rows: [NamedRow]
    /// The column of the action unit's number.
    let unit: String
    /// The column of the change.
    let change: String
    /// What the change is of.
    let measure: String
    let layer: String?
  }

  private let question: HypothesisQuestion
  private let store: Store
  private let session: ReadOnlySession
  private var known: [String: Changes] = [:]
  /// Why a source says nothing.
  private(set) var notes: [String] = []

  init(_ question: HypothesisQuestion, of store: Store, in session: ReadOnlySession) {
    self.question = question
    self.store = store
    self.session = session
  }

  /// The changes between the models of a hypothesis.
  mutating func changes(_ source: Source, _ hypothesis: NamedRow) throws -> Changes {
    let (before, after) = (hypothesis.text("before"), hypothesis.text("after"))
    let selection = Selection(
      dataset: hypothesis.text("dataset"), split: SplitChoice(rawValue: hypothesis.text("split")))
    let key = [
      source.rawValue, before, after, hypothesis.text("dataset"), hypothesis.text("split"),
    ].joined(separator: "\n")
    if let found = known[key] { return found }
    var found: Changes
    do {
      found = try read(source, before, after, selection)
    } catch let error as QueryError where error.kind == .nothingFound {
      found = nothing(source, error.description)
    } catch let error as WarehouseError where error.cause == .notStored {
      found = nothing(source, error.description)
    }
    known[key] = found
    return found
  }

  private mutating func nothing(_ source: Source, _ reason: String) -> Changes {
    let note = "\(source.rawValue): \(reason)"
    if !notes.contains(note) { notes.append(note) }
    return Changes(rows: [], unit: "au", change: "delta", measure: "", layer: nil)
  }

  private func read(
    _ source: Source, _ before: String, _ after: String, _ selection: Selection
  ) throws -> Changes {
    switch source {
    case .concepts:
      var asked = CompareQuestion(before: before, after: after)
      asked.selection = selection
      asked.layers = [try layer(before)]
      asked.measures = [.presenceAUC]
      asked.threads = question.threads
      asked.seed = question.seed
      let table = try session.table(session.conceptComparison(asked, of: store))
      return Changes(
        rows: table.named, unit: "au", change: "delta", measure: "presence_auc",
        layer: asked.layers[0])
    case .probes:
      var asked = ProbeQuestion(before: before, after: after)
      asked.selection = selection
      asked.layers = [try layer(before)]
      asked.seed = question.seed
      var table = try session.table(session.probes(asked, of: store))
      // Targets are written AU12; what is no action unit does not count here.
      guard let target = table.columns.firstIndex(of: "target") else {
        return Changes(
          rows: [], unit: "au", change: "delta", measure: "auc", layer: asked.layers[0])
      }
      table.columns[target] = "au"
      table.rows = table.rows.compactMap { row in
        guard let name = row[target].string, name.lowercased().hasPrefix("au"),
          let number = Int(name.dropFirst(2))
        else { return nil }
        var row = row
        row[target] = Cell(number)
        return row
      }
      return Changes(
        rows: table.named, unit: "au", change: "delta", measure: "auc", layer: asked.layers[0])
    case .relevance:
      var asked = RelevanceCompareQuestion(before: before, after: after)
      asked.selection = selection
      asked.seed = question.seed
      let table = try session.table(session.relevanceChanges(asked))
      return Changes(
        rows: table.named.filter { $0.text("outcome") == "forgotten" }, unit: "au",
        change: "delta_mass", measure: "mass", layer: nil)
    }
  }

  private func layer(_ model: String) throws -> String {
    if let layer = question.layer { return layer }
    let last = try session.names(
      """
      SELECT layer FROM layers WHERE model = :model AND kind = 'convolution'
      ORDER BY ordinal DESC LIMIT 1
      """, .init("model", .text(model)))
    guard let last = last.first else {
      throw QueryError.usage("\(model) has no convolution: name a layer with --layer")
    }
    return last
  }
}
