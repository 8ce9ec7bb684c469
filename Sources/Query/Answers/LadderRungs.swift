internal import SQLite

/// The variants between two of them, in the order in which training moved more of the network.
struct LadderRungs {
  /// `before` first, `after` last.
  let names: [String]
  let statement: SQLStatement

  /// Finds the rungs of the ladder that `after` belongs to.
  ///
  /// A rung descends from `before`, answers the same task and is named like `after` but for the last
  /// word (`emotion-after-pain-b1`: `emotion-after-pain-…`). Those that share fewer layers with
  /// `before` stand later; what was moved is seen from the layers themselves.
  init(from before: String, to after: String, in session: ReadOnlySession) throws {
    let (first, last) = try session.pair(before, after)
    statement = SQLStatement(
      """
      WITH RECURSIVE family(model) AS (
        SELECT :before
        UNION
        SELECT m.model FROM models m JOIN family f ON m.parent = f.model)
      SELECT m.model, m.rung,
             (SELECT min(b.ordinal) FROM layers b
              JOIN layers l ON l.model = m.model AND l.layer = b.layer
              WHERE b.model = :before AND l.prefix <> b.prefix) AS first_moved
      FROM family f JOIN models m ON m.model = f.model
      WHERE m.task = :task AND m.model <> :before
      ORDER BY first_moved IS NULL DESC, first_moved DESC, m.model
      """, [.init("before", .text(first.name)), .init("task", .text(first.task))])
    let rows = try session.table(statement).rows
    let all = rows.map { (name: $0[0].string ?? "", rung: $0[1].string, moved: $0[2].int) }
    let end = all.first { $0.name == last.name }
    let kind = LadderRungs.kind(end?.rung)
    let between = all.filter { rung in
      guard let kind, rung.name != last.name, LadderRungs.kind(rung.rung) == kind else {
        return false
      }
      return (rung.moved ?? .max) > (end?.moved ?? .max)
    }
    names = [first.name] + between.map(\.name) + [last.name]
  }

  /// A rung's name without its last word; nil for one of a single word.
  private static func kind(_ rung: String?) -> String? {
    guard let rung, let dash = rung.lastIndex(of: "-") else { return nil }
    return String(rung[..<dash])
  }
}
