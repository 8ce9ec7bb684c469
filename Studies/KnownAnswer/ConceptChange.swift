import Query

/// One row of a comparison of concepts.
struct ConceptChange: Sendable, Equatable {
  let layer: String
  let au: Int
  let measure: String
  let before: Double?
  let after: Double?
  let delta: Double?
  let low: Double?
  let high: Double?
  let adjusted: Double?
  /// Of the concept, by all its measures.
  let verdict: String?
  /// Before: `concept`, or `place` where the region is found as well without the action unit.
  let found: String?
  let subjects: Int?
  /// The difference minus that to a control.
  let minusControl: Double?
  let minusControlLow: Double?
  let minusControlHigh: Double?

  /// The rows of `lethe concept compare`.
  static func rows(_ table: Table) -> [ConceptChange] {
    let place = Dictionary(
      table.columns.enumerated().map { ($1, $0) }, uniquingKeysWith: { first, _ in first })
    return table.rows.map { row in
      let cell = { (column: String) in place[column].map { row[$0] } ?? .null }
      return ConceptChange(
        layer: cell("layer").string ?? "", au: cell("au").int ?? 0,
        measure: cell("measure").string ?? "", before: cell("value_before").double,
        after: cell("value_after").double, delta: cell("delta").double, low: cell("lo").double,
        high: cell("hi").double, adjusted: cell("p_holm").double,
        verdict: cell("concept_verdict").string, found: cell("found_before").string,
        subjects: cell("subjects").int, minusControl: cell("delta_minus_control").double,
        minusControlLow: cell("minus_control_lo").double,
        minusControlHigh: cell("minus_control_hi").double)
    }
  }
}

extension Sequence<ConceptChange> {
  func of(_ au: Int, _ measure: String) -> ConceptChange? {
    first { $0.au == au && $0.measure == measure }
  }

  /// How many concepts, each an action unit in a layer, have a verdict.
  func count(_ verdict: String) -> Int {
    count { $0.verdict == verdict && $0.measure == "presence_auc" }
  }
}
