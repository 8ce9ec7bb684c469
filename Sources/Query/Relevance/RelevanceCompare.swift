internal import Compute
internal import SQLite
public import Warehouse

/// Where the relevance went between two models.
public struct RelevanceCompareQuestion: Sendable, Equatable {
  /// The model before.
  public var before: String
  /// The model after.
  public var after: String
  /// The samples.
  public var selection = Selection()
  /// How relevance was propagated, and of what.
  public var method = RelevanceQuestion().method
  /// The seed of resampling.
  public var seed: UInt64 = 1
  /// Resamples of subjects.
  public var resamples = 2_000
  /// Sign patterns over subjects, where they cannot all be counted.
  public var permutations = 20_000

  /// A question about two models.
  public init(before: String, after: String) {
    self.before = before
    self.after = after
  }
}

extension ReadOnlySession {
  /// A row an action unit and outcome: the relevance mass on it before and after.
  ///
  /// Each sample's mass is a share of its own positive relevance, so that maps of different
  /// magnitude compare. `area_mass` is mass over the mask's share of the picture. Intervals are 95 %
  /// percentile intervals of the bootstrap over subjects, p the sign-flip permutation over them,
  /// `p_holm` corrected over the action units of an outcome.
  ///
  /// - Parameter question: What is asked.
  /// - Returns: The rows, notes and statements.
  /// - Throws: `QueryError` if a name is unknown, the tasks differ, or relevance was not computed,
  ///   with the command that computes it.
  public func relevanceChanges(_ question: RelevanceCompareQuestion) throws -> Answer {
    let (before, after) = try pair(question.before, question.after)
    let scope = try SampleScope(
      question.selection, task: before.task, models: [before.name, after.name], in: self)
    let statement = question.statement(scope)
    var cells: [MassChanges] = []
    var subjects = Set<String>()
    try forEachRow(of: statement) { row in
      guard let outcome = row[0].string, let au = row[1].int, let n = row[3].int else {
        return true
      }
      if cells.last?.outcome != outcome || cells.last?.au != au {
        cells.append(MassChanges(outcome: outcome, au: au))
      }
      subjects.insert(row[2].string ?? "")
      cells[cells.count - 1].add(n: n, sums: (4..<10).map { row[$0].double ?? 0 })
      return true
    }
    guard !cells.isEmpty else {
      throw QueryError.nothingFound(
        "no relevance of both \(before.name) and \(after.name) is kept over \(scope.name), "
          + "\(question.method.composite), target \(question.method.target); run: "
          + "lethe relevance run --model \(before.name),\(after.name)")
    }
    var rows: [[Cell]] = []
    for outcome in ["forgotten", "retained", "gained", "missed"] {
      let group = cells.filter { $0.outcome == outcome }.sorted { $0.au < $1.au }
      let tests = group.map { $0.test(question) }
      let adjusted = Holm.adjust(tests.map(\.p))
      for (index, cell) in group.enumerated() {
        rows.append(
          [
            .text(before.name), .text(after.name), .text(scope.dataset),
            .text(scope.split.rawValue), .text(question.method.composite),
            .text(question.method.target), .text(outcome), Cell(cell.au),
          ] + cell.row(tests[index], adjusted[index]))
      }
    }
    let table = Table(columns: RelevanceCompareQuestion.columns, rows: rows)
    let n = cells.reduce(0) { $0 + $1.n }
    return Answer(
      table,
      notes: [
        "\(scope.name): \(n) pairs of a picture and an action unit in it, of \(subjects.count) subjects",
        "a sample counts where both maps have positive relevance",
      ], statements: [statement])
  }
}

extension RelevanceCompareQuestion {
  static let columns = [
    "before", "after", "dataset", "split", "composite", "target", "outcome", "au", "n", "subjects",
    "mass_before", "mass_after", "delta_mass", "lo", "hi", "p", "p_holm", "area_mass_before",
    "area_mass_after", "delta_area_mass", "area_lo", "area_hi", "delta_rank", "delta_hit",
  ]

  fileprivate func statement(_ scope: SampleScope) -> SQLStatement {
    SQLStatement(
      """
      SELECT t.outcome, b.au, t.subject, count(*) AS n, sum(b.mass), sum(a.mass),
             sum(b.area_mass), sum(a.area_mass), sum(a.rank - b.rank), sum(a.hit - b.hit)
      FROM transitions t
      JOIN relevance_in_au b ON b.model = t.before AND b.sample_id = t.sample_id
      JOIN relevance_in_au a ON a.model = t.after AND a.sample_id = t.sample_id AND a.au = b.au
      WHERE t.before = :before AND t.after = :after
        AND b.composite = :composite AND b.target = :target AND b.bias = :bias
        AND a.composite = :composite AND a.target = :target AND a.bias = :bias
        AND b.mass IS NOT NULL AND a.mass IS NOT NULL\(scope.conditions("t."))
      GROUP BY t.outcome, b.au, t.subject ORDER BY t.outcome, b.au, t.subject
      """,
      [
        .init("before", .text(before)), .init("after", .text(after)),
        .init("composite", .text(method.composite)), .init("target", .text(method.target)),
        .init("bias", .text(method.bias)),
      ] + scope.parameters)
  }
}

/// Sums of the scores of one action unit among samples of one outcome, a subject each.
private struct MassChanges {
  /// Intervals of two changes, and a test of the first.
  struct Test {
    let mass: Interval?
    let area: Interval?
    let p: Double?
  }

  let outcome: String
  let au: Int
  private var counts: [Int] = []
  /// mass before and after, area mass before and after, changes of rank and hit.
  private var sums: [[Double]] = []

  init(outcome: String, au: Int) {
    self.outcome = outcome
    self.au = au
  }

  var n: Int { counts.reduce(0, +) }

  mutating func add(n: Int, sums: [Double]) {
    counts.append(n)
    self.sums.append(sums)
  }

  private func total(_ column: Int) -> Double { sums.reduce(0) { $0 + $1[column] } }

  func test(_ question: RelevanceCompareQuestion) -> Test {
    let (mass, area) = (sums.map { $0[1] - $0[0] }, sums.map { $0[3] - $0[2] })
    let counts = counts
    let intervals = SubjectBootstrap(resamples: question.resamples, seed: question.seed)
      .intervals(subjects: counts.count, count: 2) { drawn in
        var (first, second, n) = (0.0, 0.0, 0)
        for (subject, times) in drawn.enumerated() {
          first += Double(times) * mass[subject]
          second += Double(times) * area[subject]
          n += Int(times) * counts[subject]
        }
        return n > 0 ? [first / Double(n), second / Double(n)] : [nil, nil]
      }
    let p =
      counts.count > 1
      ? SignFlipTest.pValue(
        differences: mass, permutations: question.permutations, seed: question.seed) : nil
    return Test(mass: intervals[0], area: intervals[1], p: p)
  }

  func row(_ test: Test, _ adjusted: Double?) -> [Cell] {
    let means = (0..<6).map { total($0) / Double(n) }
    return [
      Cell(n), Cell(counts.count), .real(means[0]), .real(means[1]), .real(means[1] - means[0]),
      Cell(test.mass?.low), Cell(test.mass?.high), Cell(test.p), Cell(adjusted), .real(means[2]),
      .real(means[3]), .real(means[3] - means[2]), Cell(test.area?.low), Cell(test.area?.high),
      .real(means[4]), .real(means[5]),
    ]
  }
}
