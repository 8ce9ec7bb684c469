internal import Foundation
internal import SQLite

extension Store {
  /// Stores concepts in one transaction, in place of equal ones.
  ///
  /// - Parameter rows: The concepts; their ids are not looked at.
  /// - Returns: Their row ids, in the same order.
  /// - Throws: `WarehouseError` or `SQLiteError` if they cannot be written; then nothing has
  ///   changed.
  @discardableResult
  public func saveConcepts(_ rows: [ConceptRow]) throws -> [Int64] {
    try requireWritable()
    return try catalogue.transaction {
      try rows.map { row in
        let (identity, counts, measures) = (row.identity, row.counts, row.measures)
        try catalogue.run(
          """
          INSERT OR REPLACE INTO concept
            (key, dataset, au, split, loss, options, n_fit, n_present, n_absent, n_unknown,
             set_iou, set_iou_all, presence_auc, mean_iou, best_filter, best_filter_iou,
             region_iou, place_iou, weights_iou, alpha, loss_value, iterations, converged, note,
             weights, scores)
          VALUES (?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?)
          """, identity.key, identity.dataset, identity.au, identity.split, identity.loss,
          identity.options, counts.fit, counts.present, counts.absent, counts.unknown,
          measures.setIoU,
          measures.setIoUAll, measures.presenceAUC, measures.meanIoU, measures.bestFilter,
          measures.bestFilterIoU, measures.regionIoU, measures.placeIoU, measures.weightsIoU,
          measures.alpha, measures.loss, measures.iterations, measures.converged, row.note,
          try ConceptWeights.text(row.weights), try ConceptScoreBlob.bytes(row.scores))
        return catalogue.lastInsertedRow
      }
    }
  }

  /// The concept of an identity, if it is stored.
  ///
  /// - Parameter identity: What tells it apart.
  /// - Returns: The concept, or nil.
  /// - Throws: `SQLiteError` if it cannot be read, `WarehouseError` if it is damaged.
  public func concept(_ identity: ConceptRow.Identity) throws -> ConceptRow? {
    let row = try catalogue.row(
      """
      SELECT id, n_fit, n_present, n_absent, n_unknown, set_iou, set_iou_all, presence_auc,
             mean_iou, best_filter, best_filter_iou, region_iou, place_iou, weights_iou, alpha,
             loss_value, iterations, converged, note, weights, scores
      FROM concept WHERE key = ? AND dataset = ? AND au = ? AND split = ? AND options = ?
      """, identity.key, identity.dataset, identity.au, identity.split, identity.options)
    guard let row else { return nil }
    guard let id = row[0].int, let fit = row[1].int, let present = row[2].int,
      let absent = row[3].int, let unknown = row[4].int,
      let weights = row[19].string.flatMap(ConceptWeights.values),
      let scores = row[20].bytes.flatMap(ConceptScoreBlob.rows)
    else {
      throw WarehouseError(
        .damaged, "concept \(row[0].int ?? 0)", "its row in the catalogue makes no sense",
        advice: "run lethe verify")
    }
    return ConceptRow(
      id: Int64(id), identity: identity,
      counts: ConceptRow.Counts(fit: fit, present: present, absent: absent, unknown: unknown),
      measures: ConceptRow.Measures(row[5..<18]), note: row[18].string, weights: weights,
      scores: scores)
  }

  /// The scores of a stored concept and the cells of its mask grid.
  ///
  /// - Parameter id: Its row id, which SQL calls `concept_id`.
  /// - Returns: The scores, ascending by sample, and height times width of the grid; nil if there is
  ///   no such concept.
  /// - Throws: `SQLiteError` if it cannot be read, `WarehouseError` if it is damaged.
  public func conceptScores(of id: Int64) throws -> (scores: [ConceptScoreRow], cells: Int)? {
    let row = try catalogue.row(
      """
      SELECT scores, options ->> '$.grid[0]', options ->> '$.grid[1]' FROM concept WHERE id = ?
      """, id)
    guard let row else { return nil }
    guard let scores = row[0].bytes.flatMap(ConceptScoreBlob.rows), let height = row[1].int,
      let width = row[2].int, let cells = product([height, width]), cells > 0
    else {
      throw WarehouseError(
        .damaged, "concept \(id)", "its scores or its grid make no sense",
        advice: "run lethe verify")
    }
    return (scores, cells)
  }
}

/// Weights as a JSON array, whose numbers are the shortest that give the same float64.
enum ConceptWeights {
  static func text(_ weights: [Double]) throws -> String {
    guard weights.allSatisfy(\.isFinite) else {
      throw WarehouseError(.invalid, "the weights of a concept", "one is not finite")
    }
    return "[" + weights.map(\.description).joined(separator: ",") + "]"
  }

  static func values(_ text: String) -> [Double]? {
    try? JSONDecoder().decode([Double].self, from: Data(text.utf8))
  }
}

extension ConceptRow.Measures {
  /// The columns `set_iou` to `converged`, in their order.
  fileprivate init(_ columns: ArraySlice<SQLiteValue>) {
    let values = Array(columns)
    setIoU = values[0].double
    setIoUAll = values[1].double
    presenceAUC = values[2].double
    meanIoU = values[3].double
    bestFilter = values[4].int
    bestFilterIoU = values[5].double
    regionIoU = values[6].double
    placeIoU = values[7].double
    weightsIoU = values[8].double
    alpha = values[9].double
    loss = values[10].double
    iterations = values[11].int
    converged = values[12].int.map { $0 != 0 }
  }
}
