import Query
import Warehouse

/// How the answers differ by sex, age and skin of the faces.
struct GroupStudy {
  let warehouse: StudyWarehouse
  let layer: String
  private static let (before, after, concept) = ("emotion", "emotion-after-pain-b1", "pain-b1")
  func run() throws -> StudyTable {
    let rows = try warehouse.ask { session, store in
      try groups(session).map { group in
        let filter = group.map {
          "sample_id IN (SELECT sample_id FROM labels WHERE task = '\($0.task)' "
            + "AND label = '\($0.label)')"
        }
        let flips = try warehouse.flips(Self.before, Self.after, filter: filter, in: session)
        let changes = try warehouse.compare(
          Self.before, Self.concept, layers: [layer], filter: filter, in: session, of: store)
        return row(group, flips, changes)
      }
    }
    return StudyTable(
      name: "known-groups",
      title: "Within groups: flips of `\(Self.after)`, concepts of `\(Self.concept)` in \(layer)",
      table: ResultRow.table(rows))
  }

  private func groups(_ session: ReadOnlySession) throws -> [(task: String, label: String)?] {
    let table = try session.table(
      SQLStatement(
        """
        SELECT DISTINCT l.task, l.label FROM labels l JOIN samples s ON s.sample_id = l.sample_id
        WHERE s.dataset = 'emotion' AND s.split = 'test' AND l.task IN ('sex', 'age', 'skin')
        ORDER BY 1, 2
        """))
    return [nil] + table.rows.map { ($0[0].string ?? "", $0[1].string ?? "") }
  }

  private func row(
    _ group: (task: String, label: String)?, _ flips: Table, _ changes: [ConceptChange]
  ) -> ResultRow {
    let number = { (column: String) in flips[column].first?.double }
    let smile = changes.of(12, "presence_auc")
    var row = ResultRow()
    row.add("group", .text(group.map { "\($0.task): \($0.label)" } ?? "all"))
    row.add("n", flips["n"].first ?? .null)
    row.add("subjects_au12", smile?.subjects.map { Cell($0) } ?? .null)
    row.add("nfr", number("nfr"))
    row.add("nfr_lo", number("nfr_lo"))
    row.add("nfr_hi", number("nfr_hi"))
    row.add("p_permutation", number("p_permutation"))
    row.add("au12_auc_before", smile?.before)
    row.add("au12_delta_auc", smile?.delta)
    row.add("au12_delta_auc_lo", smile?.low)
    row.add("au12_delta_auc_hi", smile?.high)
    row.add("au12_verdict", Cell(smile?.verdict))
    row.add("forgotten", Cell(changes.count("forgotten")))
    row.add("kept", Cell(changes.count("kept")))
    row.add("gained", Cell(changes.count("gained")))
    row.add("undecided", Cell(changes.count("undecided")))
    return row
  }
}
