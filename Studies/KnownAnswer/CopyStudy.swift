import Compute
import Query
import Warehouse

/// Copies of a network that compute what it does: nothing may be called forgotten.
struct CopyStudy {
  static let (copy, permuted) = ("emotion-copy", "emotion-permuted")
  let warehouse: StudyWarehouse
  let layers: [String]

  func run() throws -> StudyTable {
    try warehouse.write { store in
      try ModelCopies.save(Self.copy, in: store)
      try ModelCopies.save(Self.permuted, in: store) { weights, convolutions in
        Weights.permute(convolutions, dense: "fc6", seed: 1, in: &weights)
      }
      try warehouse.ingest(
        [Self.copy, Self.permuted], over: ["emotion"], layers: layers, to: store)
    }
    let rows = try warehouse.ask { session, store in
      try [Self.copy, Self.permuted].map { name in
        let changes = try warehouse.compare(
          "emotion", name, layers: layers, in: session, of: store)
        let flips = try warehouse.flips("emotion", name, in: session)
        var row = ResultRow()
        row.add("after", .text(name))
        row.add("n", flips["n"].first ?? .null)
        row.add("changed_answers", Cell(Self.changed(flips)))
        row.add("p_permutation", flips["p_permutation"].first?.double)
        row.add("comparisons", Cell(changes.count))
        row.add("largest_delta", .real(changes.compactMap(\.delta).map { abs($0) }.max() ?? 0))
        row.add("called_kept", Cell(changes.count("kept")))
        row.add("called_forgotten", Cell(changes.count("forgotten")))
        row.add("called_gained", Cell(changes.count("gained")))
        row.add("undecided", Cell(changes.count("undecided")))
        return row
      }
    }
    return StudyTable(
      name: "known-copies", title: "Copies of `emotion`: nothing was forgotten",
      table: ResultRow.table(rows))
  }

  private static func changed(_ flips: Table) -> Int {
    let number = { (column: String) in flips[column].first?.double ?? 0 }
    return Int((number("churn") * number("n")).rounded())
  }
}
