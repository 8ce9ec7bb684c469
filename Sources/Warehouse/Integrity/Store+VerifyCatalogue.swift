internal import Foundation
internal import SQLite

extension Store {
  /// What SQLite itself finds, and samples whose positions have gaps.
  func catalogueFindings() throws -> [Finding] {
    var findings: [Finding] = []
    for row in try catalogue.rows("PRAGMA integrity_check(100)") where row[0].string != "ok" {
      findings.append(Finding(.catalogue, Layout.catalogue, row[0].string ?? "malformed"))
    }
    guard findings.isEmpty else { return findings }
    // table, rowid, parent, number of the key: one line a table and parent.
    var broken: [String: Int] = [:]
    for row in try catalogue.rows("PRAGMA foreign_key_check") {
      broken["\(row[0].string ?? "?") to \(row[2].string ?? "?")", default: 0] += 1
    }
    for (key, count) in broken.sorted(by: { $0.key < $1.key }) {
      findings.append(
        Finding(.reference, Layout.catalogue, "\(count) references from \(key) lead nowhere"))
    }
    for row in try catalogue.rows(
      """
      SELECT d.name, count(s.id), min(s.position), max(s.position)
      FROM dataset d LEFT JOIN sample s ON s.dataset = d.id GROUP BY d.id ORDER BY d.id
      """)
    {
      guard let name = row[0].string, let count = row[1].int else { continue }
      guard row[2].int == 0, row[3].int == count - 1 else {
        findings.append(
          Finding(.positions, name, "its \(count) samples are not at positions 0, 1, …"))
        continue
      }
    }
    return findings
  }

  /// Predictions that contradict their model's classes or themselves.
  func predictionFindings() throws -> [Finding] {
    try catalogue.rows(
      """
      SELECT m.name,
             sum(NOT EXISTS (SELECT 1 FROM json_each(m.classes) c WHERE c.value = p.predicted)),
             sum(CASE WHEN json_valid(p.probabilities)
                 THEN json_array_length(p.probabilities) <> json_array_length(m.classes)
                 ELSE 1 END),
             sum(NOT (p.confidence BETWEEN 0 AND 1))
      FROM prediction p JOIN model m ON m.id = p.model GROUP BY m.id ORDER BY m.id
      """
    ).flatMap { row in
      let problems = [
        "predictions of a class that the model has not",
        "predictions without one probability a class", "confidences outside 0…1",
      ]
      return zip(problems, row.dropFirst()).compactMap { problem, count -> Finding? in
        guard let count = count.int, count > 0 else { return nil }
        return Finding(.predictions, row[0].string ?? "a model", "\(count) \(problem)")
      }
    }
  }
}
