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

  /// What silencing the channels of one action unit did.
  struct Outcome {
    let au: Int
    let channels: Int
    let changes: [ConceptChange]
    let associations: UnitAssociations

    /// 1 for the largest drop of set IoU, absolute or as a share of what it was.
    func rank(isRelative: Bool) -> Int? {
      let drop = { (au: Int) -> Double? in
        guard let change = changes.of(au, "set_iou"), let delta = change.delta,
          let before = change.before, before > 0
        else { return nil }
        return isRelative ? -delta / before : -delta
      }
      guard let own = drop(au) else { return nil }
      return 1 + associations.units.count { $0 != au && (drop($0) ?? -.infinity) > own }
    }

    var unrelated: [Int] {
      associations.units.filter { $0 != au && associations.areUnrelated(au, $0) }
    }

    func verdict(_ au: Int) -> String? { changes.of(au, "presence_auc")?.verdict }

    var row: ResultRow {
      let flagged = unrelated.filter { verdict($0) == "forgotten" }
      var row = ResultRow()
      row.add("silent", .text("AU\(au)"))
      row.add("channels", Cell(channels))
      row.add("set_iou_before", changes.of(au, "set_iou")?.before)
      row.add("delta_set_iou", changes.of(au, "set_iou")?.delta)
      row.add("auc_before", changes.of(au, "presence_auc")?.before)
      row.add("delta_auc", changes.of(au, "presence_auc")?.delta)
      row.add("rank", rank(isRelative: false).map { Cell($0) } ?? .null)
      row.add("rank_relative", rank(isRelative: true).map { Cell($0) } ?? .null)
      row.add("verdict", Cell(verdict(au)))
      row.add("unrelated", Cell(unrelated.count))
      row.add("unrelated_forgotten", Cell(flagged.count))
      let names = flagged.map { "AU\($0)" }.joined(separator: " ")
      row.add("which", Cell(flagged.isEmpty ? nil : names))
      return row
    }
  }

  /// Silences and compares: a row an action unit, and one that sums them up.
  func run() throws -> (units: [ResultRow], summary: ResultRow) {
    let weights = try concepts()
    let units = weights.keys.sorted()
    let associations = try warehouse.ask { _, store in
      try UnitAssociations(units, dataset: "emotion", model: "emotion", in: store)
    }
    var chosen: [Int: [Int]] = [:]
    for au in units { chosen[au] = channels(of: weights[au] ?? []) }
    try warehouse.write { store in
      for au in units {
        try ModelCopies.save(name(au), in: store) { weights, _ in
          Weights.silence(chosen[au] ?? [], of: layer, in: &weights)
        }
      }
      try warehouse.ingest(
        units.map(name), over: ["emotion"], layers: [layer], to: store)
    }
    let outcomes = try warehouse.ask { session, store in
      try units.map { au in
        Outcome(
          au: au, channels: chosen[au]?.count ?? 0,
          changes: try warehouse.compare(
            "emotion", name(au), layers: [layer], in: session, of: store),
          associations: associations)
      }
    }
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

  private func summary(_ outcomes: [Outcome]) -> ResultRow {
    let unrelated = outcomes.flatMap { outcome in
      outcome.unrelated.map { outcome.verdict($0) }
    }
    var row = ResultRow()
    row.add("layer", .text(layer))
    row.add("share", share)
    row.add("action_units", Cell(outcomes.count))
    row.add("largest_drop_its_own", Cell(outcomes.count { $0.rank(isRelative: false) == 1 }))
    row.add("largest_relative_drop", Cell(outcomes.count { $0.rank(isRelative: true) == 1 }))
    row.add("called_forgotten", Cell(outcomes.count { $0.verdict($0.au) == "forgotten" }))
    row.add("unrelated_pairs", Cell(unrelated.count))
    row.add("false_flags", Rate(unrelated) { $0.map { $0 == "forgotten" } })
    return row
  }

  /// Every layer with every share; the first layer and share unit by unit.
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
