internal import SQLite

/// The minimal pairs of a data set.
///
/// A pair is two samples of one data set with the same subject and `sequence`, of which one shows
/// exactly one action unit more, all others being equal in presence and intensity.
struct MinimalPairs {
  /// A pair of pictures.
  struct Pair: Equatable {
    let subject: String
    let sequence: String
    /// The action unit that one picture shows and the other does not.
    let unit: Int
    /// Where the rows of the pictures stand: without the action unit, and with it.
    let off: Int
    let on: Int
  }

  /// The pairs, in the order of their pictures.
  private(set) var pairs: [Pair]
  /// Positions of the pictures without their pair's action unit, whichever pairs are chosen.
  let off: [Int]
  /// Sequences that are no pairs.
  let left: Int
  /// The statements that they come from.
  let statements: [SQLStatement]

  /// Finds the pairs among the samples of a scope.
  ///
  /// - Throws: `QueryError` if a sequence has more than two pictures, as in a video, or if there is
  ///   no pair.
  init(_ scope: SampleScope, in session: ReadOnlySession) throws {
    let pictures = SQLStatement(
      """
      SELECT subject, sequence, sample_id FROM samples
      WHERE sequence IS NOT NULL\(scope.conditions())
      ORDER BY subject, sequence, sample_id
      """, scope.parameters)
    let units = SQLStatement(
      """
      SELECT a.sample_id, a.au, a.source, a.intensity
      FROM samples s JOIN aus a USING (sample_id)
      WHERE s.sequence IS NOT NULL\(scope.conditions("s."))
      ORDER BY a.sample_id, a.au, a.source
      """, scope.parameters)
    let shown = try MinimalPairs.shown(units, in: session)
    let places = try session.positions(of: pictures)
    var found: [Pair] = []
    var left = 0
    var pending: [(subject: String, sequence: String, sample: Int)] = []
    func close() throws {
      guard let first = pending.first else { return }
      guard pending.count <= 2 else {
        throw QueryError.usage(
          "\(scope.name) is no set of minimal pairs: sequence \(first.sequence) of subject "
            + "\(first.subject) has more than two pictures; " + MinimalPairs.advice)
      }
      let one = pending.last?.sample ?? first.sample
      if pending.count == 2, let off = places[first.sample], let on = places[one],
        let (unit, isFirst) = MinimalPairs.switched(shown[first.sample], shown[one])
      {
        found.append(
          Pair(
            subject: first.subject, sequence: first.sequence, unit: unit,
            off: isFirst ? on : off, on: isFirst ? off : on))
      } else {
        left += 1
      }
    }
    try session.forEachRow(of: pictures) { row in
      guard let subject = row[0].string, let sequence = row[1].string, let sample = row[2].int
      else { return true }
      if pending.first.map({ ($0.subject, $0.sequence) == (subject, sequence) }) != true {
        try close()
        pending = []
      }
      pending.append((subject, sequence, sample))
      return true
    }
    try close()
    guard !found.isEmpty else {
      throw QueryError.nothingFound(
        "\(scope.name) has no minimal pairs: two pictures of one subject and sequence that differ "
          + "in one action unit; " + MinimalPairs.advice)
    }
    pairs = found.sorted { ($0.off, $0.on) < ($1.off, $1.on) }
    off = pairs.map(\.off)
    self.left = left
    statements = [pictures, units]
  }

  /// The action units that pairs switch, ascending.
  var units: [Int] { Set(pairs.map(\.unit)).sorted() }

  /// Keeps the pairs of some action units, where any are named.
  ///
  /// - Throws: `QueryError` if no pair switches one of them.
  mutating func choose(_ wanted: [Int]) throws {
    for unit in wanted where !units.contains(unit) {
      throw QueryError.usage(
        "no pair switches AU\(unit); they switch "
          + units.map { "AU\($0)" }.joined(separator: ", "))
    }
    if !wanted.isEmpty { pairs = pairs.filter { wanted.contains($0.unit) } }
  }

  static let advice = "write them with lethe faces DIR --pairs all, then lethe dataset add"

  /// An action unit as one source has it.
  private struct Shown: Hashable {
    let unit: Int
    let source: String
    let intensity: Double?
  }

  private static func shown(
    _ units: SQLStatement, in session: ReadOnlySession
  ) throws -> [Int: Set<Shown>] {
    var shown: [Int: Set<Shown>] = [:]
    try session.forEachRow(of: units) { row in
      guard let sample = row[0].int, let unit = row[1].int else { return true }
      shown[sample, default: []].insert(
        Shown(unit: unit, source: row[2].string ?? "", intensity: row[3].double))
      return true
    }
    return shown
  }

  /// The one action unit that one of two pictures shows and the other does not, and whether it is
  /// the first that shows it; nil if they differ in anything else.
  private static func switched(
    _ first: Set<Shown>?, _ second: Set<Shown>?
  ) -> (unit: Int, isFirst: Bool)? {
    let (first, second) = (first ?? [], second ?? [])
    let (onlyFirst, onlySecond) = (first.subtracting(second), second.subtracting(first))
    guard onlyFirst.isEmpty != onlySecond.isEmpty else { return nil }
    let units = Set(onlyFirst.union(onlySecond).map(\.unit))
    guard units.count == 1, let unit = units.first else { return nil }
    let other = onlyFirst.isEmpty ? first : second
    guard !other.contains(where: { $0.unit == unit }) else { return nil }
    return (unit, onlySecond.isEmpty)
  }
}

extension ReadOnlySession {
  /// Where the rows of samples stand, by sample id; the statement yields them in a column
  /// `sample_id`.
  fileprivate func positions(of samples: SQLStatement) throws -> [Int: Int] {
    let statement = SQLStatement(
      """
      SELECT c.sample_id, s.position FROM (
      \(samples.sql)
      ) c JOIN sample s ON s.id = c.sample_id
      """, samples.parameters)
    var positions: [Int: Int] = [:]
    try forEachRow(of: statement) { row in
      if let sample = row[0].int { positions[sample] = row[1].int }
      return true
    }
    return positions
  }
}
