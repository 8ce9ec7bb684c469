internal import Compute
public import Warehouse

/// Whether what was written down is seen in concepts, probes and relevance.
public struct HypothesisQuestion: Sendable, Equatable {
  /// The hypotheses, by id; none: all.
  public var ids: [Int] = []
  /// The layer of concepts and probes; nil: the last convolution.
  public var layer: String?
  /// Threads to use; they do not change a bit.
  public var threads = 1
  /// The seed of resampling.
  public var seed: UInt64 = 1

  /// A question about all hypotheses.
  public init() {}
}

extension ReadOnlySession {
  /// The hypotheses that were written down.
  public func hypotheses() -> Answer {
    Answer(SQLStatement("SELECT * FROM hypotheses ORDER BY hypothesis_id"))
  }

  /// A row a hypothesis and source of evidence: the mean change over its action units, and whether it
  /// goes the way that was said.
  ///
  /// Sources are concepts (presence AUC) and probes (AUC) of one layer, and relevance mass among the
  /// forgotten pictures where it is kept. p is one-sided, the smallest over the action units times
  /// their number (Bonferroni); `p_holm` is corrected over all rows, so that writing down more
  /// hypotheses makes each harder to support.
  ///
  /// - Parameters:
  ///   - question: What is asked.
  ///   - store: The warehouse whose catalogue the session reads.
  /// - Returns: The rows, notes and statements.
  /// - Throws: `QueryError` if there is no hypothesis, or a name is not there any more.
  public func hypothesisTests(_ question: HypothesisQuestion, of store: Store) throws -> Answer {
    let statement = SQLStatement("SELECT * FROM hypotheses ORDER BY hypothesis_id")
    let all = try table(statement).named
    let chosen = all.filter {
      question.ids.isEmpty || question.ids.contains($0.count("hypothesis_id"))
    }
    if let unknown = question.ids.first(where: { id in
      !all.contains { $0.count("hypothesis_id") == id }
    }) {
      throw QueryError.usage("there is no hypothesis \(unknown): see lethe hypothesis list")
    }
    guard !chosen.isEmpty else {
      throw QueryError.nothingFound(
        "no hypothesis was written down: lethe hypothesis add takes the file that a report saves")
    }
    var evidence = HypothesisEvidence(question, of: store, in: self)
    var rows: [(cells: [Cell], p: Double?)] = []
    for hypothesis in chosen {
      let aus = try units(hypothesis.count("hypothesis_id"))
      for source in HypothesisEvidence.Source.allCases {
        let found = try evidence.changes(source, hypothesis)
        let parts = found.rows.filter { aus.contains($0.count(found.unit)) }
        rows.append(
          HypothesisQuestion.row(
            hypothesis, aus: aus, source: source, layer: found.layer, parts, found))
      }
    }
    let adjusted = Holm.adjust(rows.map(\.p))
    var table = Table(columns: HypothesisQuestion.columns)
    for (row, p) in zip(rows, adjusted) {
      let verdict = row.p == nil ? "no evidence" : (p ?? 1) < 0.05 ? "supported" : "not shown"
      table.rows.append(row.cells + [Cell(row.p), Cell(p), .text(verdict)])
    }
    return Answer(
      table,
      notes: ["\(chosen.count) hypotheses, corrected over \(rows.count { $0.p != nil }) tests"]
        + evidence.notes, statements: [statement])
  }

  private func units(_ id: Int) throws -> [Int] {
    try table(
      SQLStatement(
        """
        SELECT j.value FROM hypotheses h, json_each(h.aus) j WHERE h.hypothesis_id = :id
        """, [.init("id", Cell(id))])
    ).rows.compactMap { $0[0].int }
  }
}

extension HypothesisQuestion {
  static let columns = [
    "hypothesis_id", "before", "after", "text", "direction", "aus", "source", "layer", "measure",
    "units", "change", "p", "p_holm", "verdict",
  ]

  fileprivate static func row(
    _ hypothesis: NamedRow, aus: [Int], source: HypothesisEvidence.Source, layer: String?,
    _ parts: [NamedRow], _ found: HypothesisEvidence.Changes
  ) -> (cells: [Cell], p: Double?) {
    let changes = parts.compactMap { $0.number(found.change) }
    let sign = hypothesis.text("direction") == "less" ? -1.0 : 1.0
    // One-sided: half of p where the change goes the way that was said, else the other side.
    let p = parts.compactMap { part -> Double? in
      guard let p = part.number("p"), let change = part.number(found.change) else { return nil }
      return change * sign > 0 ? p / 2 : 1 - p / 2
    }
    let smallest = p.min().map { min(1, $0 * Double(p.count)) }
    let mean = changes.isEmpty ? nil : changes.reduce(0, +) / Double(changes.count)
    return (
      [
        Cell(hypothesis.count("hypothesis_id")), .text(hypothesis.text("before")),
        .text(hypothesis.text("after")), .text(hypothesis.text("text")),
        .text(hypothesis.text("direction")),
        .text(aus.map(String.init).joined(separator: ";")), .text(source.rawValue), Cell(layer),
        .text(found.measure), Cell(changes.count), Cell(mean),
      ], smallest
    )
  }
}
