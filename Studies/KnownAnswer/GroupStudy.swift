import Compute
import Query
import Warehouse

/// How the answers differ by sex, age and skin of the faces.
struct GroupStudy {
  let warehouse: StudyWarehouse
  let layer: String
  private static let (before, after, concept) = ("emotion", "emotion-after-pain-b1", "pain-b1")

  func run() throws -> [StudyTable] {
    try warehouse.ask { session, store in
      let groups = try groups(session)
      let rows = try groups.map { group in
        let filter = group.map {
          "sample_id IN (SELECT sample_id FROM labels WHERE task = '\($0.task)' "
            + "AND label = '\($0.label)')"
        }
        let flips = try warehouse.flips(Self.before, Self.after, filter: filter, in: session)
        let changes = try warehouse.compare(
          Self.before, Self.concept, layers: [layer], filter: filter, in: session, of: store)
        return row(group, flips, changes)
      }
      return [
        StudyTable(
          name: "known-groups",
          title:
            "Within groups: flips of `\(Self.after)`, concepts of `\(Self.concept)` in \(layer)",
          table: ResultRow.table(rows)),
        StudyTable(
          name: "known-groups-differences",
          title: "Between groups: flip rates of `\(Self.after)`",
          table: ResultRow.table(try differences(groups.compactMap(\.self), session))),
      ]
    }
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
    row.add("subjects", smile?.subjects.map { Cell($0) } ?? .null)
    row.add("forgotten", flips["forgotten"].first ?? .null)
    row.add("gained", flips["gained"].first ?? .null)
    row.add("nfr", number("nfr"))
    row.add("nfr_lo", number("nfr_lo"))
    row.add("nfr_hi", number("nfr_hi"))
    row.add("p_permutation", number("p_permutation"))
    row.add("au12_auc_before", smile?.before)
    row.add("au12_delta_auc", smile?.delta)
    row.add("au12_delta_auc_lo", smile?.low)
    row.add("au12_delta_auc_hi", smile?.high)
    row.add("au12_verdict", Cell(smile?.verdict))
    for verdict in ["forgotten", "kept", "gained", "undecided"] {
      row.add("aus_\(verdict)", Cell(changes.count(verdict)))
    }
    let which = changes.filter { $0.measure == "presence_auc" && $0.verdict == "forgotten" }
      .map { "AU\($0.au)" }.joined(separator: " ")
    row.add("which_forgotten", Cell(which.isEmpty ? nil : which))
    return row
  }

  /// Every group against every other of the same task, negative flips and positive ones.
  private func differences(
    _ groups: [(task: String, label: String)], _ session: ReadOnlySession
  ) throws -> [ResultRow] {
    var pairs: [(String, GroupDifference.Rate, GroupDifference)] = []
    for (place, a) in groups.enumerated() {
      for b in groups.dropFirst(place + 1) where b.task == a.task {
        let people = try people(a.task, [a.label, b.label], session)
        for rate in GroupDifference.Rate.allCases {
          pairs.append(
            ("\(a.task): \(a.label) − \(b.label)", rate, GroupDifference(people, of: rate)))
        }
      }
    }
    let adjusted = Holm.adjust(pairs.map(\.2.pValue))
    return zip(pairs, adjusted).map { pair, adjusted in
      let (name, rate, difference) = pair
      var row = ResultRow()
      row.add("groups", .text(name))
      row.add("subjects", Cell(difference.subjects.first))
      row.add("other_subjects", Cell(difference.subjects.second))
      row.add("rate", .text(rate.rawValue))
      row.add("difference", difference.difference)
      row.add("difference_lo", difference.interval?.low)
      row.add("difference_hi", difference.interval?.high)
      row.add("p", difference.pValue)
      row.add("p_holm", adjusted)
      return row
    }
  }

  /// Flips of every person of two groups.
  private func people(_ task: String, _ labels: [String], _ session: ReadOnlySession) throws
    -> [GroupDifference.Person]
  {
    let table = try session.table(
      SQLStatement(
        """
        SELECT l.label, t.subject, sum(t.outcome = 'forgotten'), sum(t.outcome = 'gained'),
          count(*)
        FROM transitions t JOIN labels l ON l.sample_id = t.sample_id
        WHERE t.before = '\(Self.before)' AND t.after = '\(Self.after)'
          AND t.dataset = 'emotion' AND t.split = 'test' AND l.task = '\(task)'
          AND l.label IN ('\(labels[0])', '\(labels[1])')
        GROUP BY l.label, t.subject ORDER BY l.label, t.subject
        """))
    return table.rows.map { row in
      GroupDifference.Person(
        isFirst: row[0].string == labels[0], forgotten: row[2].int ?? 0, gained: row[3].int ?? 0,
        pictures: row[4].int ?? 0)
    }
  }
}
