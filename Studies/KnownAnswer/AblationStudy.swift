import Compute
import Foundation
import Query
import Warehouse

/// The trained network `emotion` with the channels of one action unit silent: that action unit has
/// the largest drop, and those that have nothing to do with it are not called forgotten.
struct AblationStudy {
  let warehouse: StudyWarehouse
  let layer: String
  /// The share of the channels that is silenced.
  let share: Double

  /// Silences and compares: a row an action unit, and one that sums them up.
  func run() throws -> (units: [ResultRow], summary: ResultRow) {
    let weights = try concepts()
    let units = weights.keys.sorted()
    let associations = try warehouse.ask { _, store in
      try UnitAssociations(units, dataset: "emotion", model: "emotion", in: store)
    }
    let chosen = units.map { channels(of: weights[$0] ?? []) }
    try warehouse.write { store in
      for (au, channels) in zip(units, chosen) {
        try ModelCopies.save(name(au), in: store) { weights, _ in
          Weights.silence(channels, of: layer, in: &weights)
        }
      }
      try warehouse.ingest(
        units.map(name), over: ["emotion"], layers: [layer], to: store)
    }
    let outcomes = try warehouse.ask { session, store in
      try zip(units, chosen).map { au, channels in
        AblationOutcome(
          au: au, channels: channels.count,
          changes: try warehouse.compare(
            "emotion", name(au), layers: [layer], in: session, of: store),
          associations: associations)
      }
    }
    // A few hundred copies would fill gigabytes.
    try warehouse.write { try warehouse.remove(units.map(name), from: $0) }
    return (outcomes.map(\.row), summary(outcomes))
  }

  private func name(_ au: Int) -> String {
    "emotion-\(layer)-\(Int((share * 100).rounded()))-without-au\(au)"
  }

  /// The concept weights of each action unit that the layer has a concept of.
  private func concepts() throws -> [Int: [Double]] {
    try warehouse.ask { session, store in
      var request = ConceptRequest()
      request.models = ["emotion"]
      request.layers = [layer]
      request.dataset = "emotion"
      request.threads = warehouse.threads
      let found = try session.concepts(request, of: store).all.map(\.record)
      return Dictionary(
        found.filter { $0.presenceAUC != nil && !$0.weights.isEmpty }.map { ($0.au, $0.weights) },
        uniquingKeysWith: { first, _ in first })
    }
  }

  /// The channels of the largest weights: all channels fire as often, so that these are what tells
  /// the concept's cells from others.
  private func channels(of weights: [Double]) -> [Int] {
    let count = max(1, Int((Double(weights.count) * share).rounded()))
    return Array(
      weights.indices.sorted { (-weights[$0], $0) < (-weights[$1], $1) }.prefix(count)
    ).sorted()
  }

  private func summary(_ outcomes: [AblationOutcome]) -> ResultRow {
    let unrelated = outcomes.flatMap { outcome in
      outcome.unrelated.map { outcome.verdict($0) }
    }
    let found = outcomes.filter(\.wasFound)
    let called = { (some: [AblationOutcome]) in
      Cell(some.count { $0.verdict($0.au) == "forgotten" })
    }
    let isFirst = { (outcome: AblationOutcome, isRelative: Bool) in
      outcome.rank(among: outcome.associations.units, isRelative: isRelative) == 1
    }
    var row = ResultRow()
    row.add("layer", .text(layer))
    row.add("share", share)
    row.add("action_units", Cell(outcomes.count))
    row.add("largest_drop", Cell(outcomes.count { isFirst($0, false) }))
    row.add("largest_relative_drop", Cell(outcomes.count { isFirst($0, true) }))
    row.add(
      "larger_than_unrelated", Cell(outcomes.count { $0.rank(among: $0.unrelated) == 1 }))
    row.add("called_forgotten", called(outcomes))
    row.add("found", Cell(found.count))
    row.add("found_largest_drop", Cell(found.count { isFirst($0, false) }))
    row.add("found_called_forgotten", called(found))
    row.add("unrelated_pairs", Cell(unrelated.count))
    row.add("false_flags", Rate(unrelated) { $0.map { $0 == "forgotten" } })
    return row
  }

  /// Every layer with every share; the first of them unit by unit.
  static func run(_ layers: [String], _ shares: [Double], in warehouse: StudyWarehouse) throws
    -> [StudyTable]
  {
    var (units, summaries): ([ResultRow], [ResultRow]) = ([], [])
    for layer in layers {
      for share in shares {
        let found = try AblationStudy(warehouse: warehouse, layer: layer, share: share).run()
        if units.isEmpty { units = found.units }
        summaries.append(found.summary)
      }
    }
    return [
      StudyTable(
        name: "known-ablation-units",
        title: "`emotion` with the channels of one action unit silent in \(layers[0])",
        table: ResultRow.table(units)),
      StudyTable(
        name: "known-ablation", title: "The same, summed up by layer and share of channels",
        table: ResultRow.table(summaries)),
    ]
  }
}
