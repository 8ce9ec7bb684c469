internal import Foundation
internal import SQLite

extension Store {
  /// What the warehouse holds, and how large it is.
  ///
  /// - Throws: `SQLiteError` if the catalogue cannot be read.
  public func info() throws -> StoreInfo {
    let catalogueBytes = fileSize(url(Layout.catalogue).path)
    let files = try allFiles().reduce(0) { $0 + fileSize(url($1).path) }
    let indexBytes = try indexFiles().reduce(0) { $0 + fileSize(url($1).path) }
    return StoreInfo(
      datasets: try datasetInfo(), models: try modelInfo(), arrays: try arrayInfo(),
      catalogueBytes: catalogueBytes, indexBytes: indexBytes,
      totalBytes: catalogueBytes + files + indexBytes)
  }

  private func datasetInfo() throws -> [StoreInfo.Dataset] {
    try catalogue.rows(
      """
      SELECT d.name, (SELECT count(*) FROM sample s WHERE s.dataset = d.id),
             (SELECT coalesce(sum(bytes), 0) FROM segment s
              WHERE s.dataset = d.id AND s.file LIKE 'inputs/%'),
             (SELECT coalesce(sum(bytes), 0) FROM segment s
              WHERE s.dataset = d.id AND s.file LIKE 'arrays/%')
      FROM dataset d ORDER BY d.id
      """
    ).map { row in
      StoreInfo.Dataset(
        name: row[0].string ?? "", samples: row[1].int ?? 0, inputBytes: row[2].int ?? 0,
        arrayBytes: row[3].int ?? 0)
    }
  }

  private func modelInfo() throws -> [StoreInfo.Model] {
    try catalogue.rows(
      """
      SELECT name, task, file, (SELECT count(*) FROM prediction p WHERE p.model = m.id)
      FROM model m ORDER BY id
      """
    ).map { row in
      StoreInfo.Model(
        name: row[0].string ?? "", task: row[1].string ?? "",
        bytes: fileSize(url(row[2].string ?? "").path), predictions: row[3].int ?? 0)
    }
  }

  private func arrayInfo() throws -> [StoreInfo.Array] {
    // Layers of equal prefix are one stored array; the first model that has it lends its name.
    var users: [String: (ordinal: Int, layer: String, models: [String])] = [:]
    for row in try catalogue.rows(
      """
      SELECT l.prefix, l.ordinal, l.name, m.name FROM layer l JOIN model m ON m.id = l.model
      ORDER BY m.id, l.ordinal
      """)
    {
      guard let key = row[0].string, let ordinal = row[1].int, let layer = row[2].string,
        let model = row[3].string
      else { continue }
      users[key, default: (ordinal, layer, [])].models.append(model)
    }
    return try catalogue.rows(
      """
      SELECT a.key, a.tier, d.name, a.dtype, sum(s.count), sum(a.bytes), a.codec
      FROM stored_array a JOIN segment s ON s.id = a.segment JOIN dataset d ON d.id = a.dataset
      WHERE a.tier NOT IN ('inputs', 'masks', 'regions')
      GROUP BY d.id, a.key, a.tier, a.dtype, a.codec ORDER BY d.id, a.tier, a.dtype, a.codec
      """
    ).map { row in
      let key = row[0].string ?? ""
      let user = users[key]
      return StoreInfo.Array(
        key: key, models: user?.models ?? [], layer: user?.layer ?? "",
        dataset: row[2].string ?? "", tier: row[1].string ?? "", type: row[3].string ?? "",
        codec: row[6].string ?? "", samples: row[4].int ?? 0, bytes: row[5].int ?? 0)
    }.enumerated().sorted { first, second in
      let (one, two) = (users[first.element.key], users[second.element.key])
      return (first.element.dataset, one?.models.first ?? "", one?.ordinal ?? 0, first.offset)
        < (second.element.dataset, two?.models.first ?? "", two?.ordinal ?? 0, second.offset)
    }.map(\.element)
  }
}
