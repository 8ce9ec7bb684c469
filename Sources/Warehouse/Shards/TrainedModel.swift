internal import Foundation
internal import SQLite

/// The model that a shard has trained, on its way into a warehouse whose catalogue has the shard's
/// attached as `shard`.
struct TrainedModel {
  let name: String
  let file: String
  let digest: String

  /// The model, its weights checked; nil if the warehouse has it already.
  ///
  /// - Throws: `ShardRefusal` if the warehouse has another one of that name or the shard lacks it;
  ///   `WarehouseError` if its weights are damaged.
  static func lacking(_ name: String, store: Store, place: URL) throws -> TrainedModel? {
    let row = try store.catalogue.row(
      "SELECT file, sha256, training FROM shard.model WHERE name = ?", name)
    guard let row, let file = row[0].string, let digest = row[1].string, ModelFile.isOwn(file),
      file.contains(digest)
    else { throw ShardRefusal(reason: "its catalogue names no weights of \(name)") }
    let stored = try store.catalogue.row(
      "SELECT sha256, training FROM main.model WHERE name = ?", name)
    if let stored {
      guard stored[0].string == digest, stored[1].string == row[2].string else {
        throw ShardRefusal(
          reason: "the warehouse has another model \(name): remove the folder, or merge it into"
            + " another warehouse")
      }
      return nil
    }
    try ShardFile.check(place.appending(path: file), path: file, bytes: nil, digest: digest)
    return TrainedModel(name: name, file: file, digest: digest)
  }

  /// Gives the weights their place.
  func bring(from place: URL, to store: Store) throws {
    // Equal weights may be there under another name.
    guard try store.catalogue.row("SELECT 1 FROM main.model WHERE file = ?", file) == nil else {
      return
    }
    try ShardFile.bring(
      place.appending(path: file), to: store.url(file), path: file, bytes: nil, digest: digest)
  }

  /// Inserts its rows, within a transaction: what it is, how its training went, and when.
  func insert(into store: Store, order: [String]) throws {
    let catalogue = store.catalogue
    let columns = """
      name, task, parent, rung, trainable_from, seed, sha256, file, graph, classes, preprocessing,
      input_key, training, numerics, kernel
      """
    let id = try id(in: catalogue, order)
    try catalogue.run(
      """
      INSERT INTO main.model (id, \(columns)) SELECT ?, \(columns) FROM shard.model WHERE name = ?
      """, id, name)
    try catalogue.run(
      """
      INSERT INTO main.layer (model, ordinal, name, kind, channels, height, width, prefix)
      SELECT ?, l.ordinal, l.name, l.kind, l.channels, l.height, l.width, l.prefix
      FROM shard.layer l JOIN shard.model m ON m.id = l.model WHERE m.name = ?
      """, id, name)
    try catalogue.run("DELETE FROM main.epoch WHERE model = ?", name)
    try catalogue.run(
      """
      INSERT INTO main.epoch (model, epoch, split, loss, accuracy)
      SELECT model, epoch, split, loss, accuracy FROM shard.epoch WHERE model = ?
      """, name)
    try catalogue.run(
      """
      INSERT INTO main.run (kind, model, dataset, state, started, finished, detail)
      SELECT kind, model, dataset, state, started, finished, detail FROM shard.run
      WHERE kind = 'train' AND model = ? AND state <> 'running' ORDER BY id
      """, name)
  }

  /// The row id that gives models their order whichever comes first: those that are there already
  /// tell where the others belong.
  private func id(in catalogue: Connection, _ order: [String]) throws -> Int {
    let last = try catalogue.value("SELECT coalesce(max(id), 0) FROM main.model").int ?? 0
    guard let place = order.firstIndex(of: name) else { return last + 1 }
    let rows = try catalogue.rows("SELECT name, id FROM main.model")
    let ids = Dictionary(
      rows.compactMap { row in row[0].string.flatMap { name in row[1].int.map { (name, $0) } } },
      uniquingKeysWith: { first, _ in first })
    let known = order.indices.first { ids[order[$0]] != nil }
    let first = known.flatMap { known in ids[order[known]].map { $0 - known } } ?? last + 1
    let wanted = first + place
    return wanted > 0 && !ids.values.contains(wanted) ? wanted : max(last, wanted) + 1
  }
}
