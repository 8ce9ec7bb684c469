internal import SQLite

extension Store {
  /// Concepts whose weights are not one a channel of their layer, or whose scores are not one an
  /// evaluated sample.
  func conceptFindings() throws -> [Finding] {
    try catalogue.rows(
      """
      SELECT c.id,
             CASE WHEN json_valid(c.weights)
                  THEN json_array_length(c.weights) NOT IN (0, coalesce(
                    (SELECT l.channels FROM layer l WHERE l.prefix = c.key LIMIT 1),
                    json_array_length(c.weights)))
                  ELSE 1 END,
             length(c.scores) <> iif(c.weights = '[]', 0, ?1 * (c.n_present + c.n_absent)),
             CASE WHEN json_valid(c.options) THEN coalesce(
                    c.options ->> '$.grid[0]' < 1 OR c.options ->> '$.grid[1]' < 1, 1)
                  ELSE 1 END,
             NOT EXISTS (SELECT 1 FROM layer l WHERE l.prefix = c.key)
      FROM concept c ORDER BY c.id
      """, ConceptScoreBlob.rowBytes
    ).flatMap { row in
      let problems = [
        "its weights are not one a channel of its layer",
        "its scores are not \(ConceptScoreBlob.rowBytes) bytes an evaluated sample",
        "its options name no mask grid", "no model has its layer",
      ]
      return zip(problems, row.dropFirst()).compactMap { problem, isWrong -> Finding? in
        isWrong.int == 0 ? nil : Finding(.concepts, "concept \(row[0].int ?? 0)", problem)
      }
    }
  }
}
