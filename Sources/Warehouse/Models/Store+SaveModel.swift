internal import Foundation
internal import SQLite

extension Store {
  /// Stores a model: its weights as `models/<sha256>.safetensors`, and its rows.
  ///
  /// Storing the same once more does nothing.
  /// - Parameters:
  ///   - record: What it is.
  ///   - tensors: Its weights.
  ///   - isReplacing: Whether another model of that name gives way: its predictions go in the same
  ///     transaction, its weights file when no model names it any more.
  /// - Returns: The model's row id.
  /// - Throws: `WarehouseError` if another model bears the name, or the warehouse cannot be
  ///   written.
  @discardableResult
  public func saveModel(
    _ record: ModelRecord, tensors: [StoredTensor], replacing isReplacing: Bool = false
  ) throws -> Int64 {
    try requireWritable()
    try StoredName.check(record.name, kind: "model")
    let (digest, path) = try ModelFile.write(tensors, folder: folder)
    let old = try storedModel(where: "name = ?", record.name).first
    if let old {
      if old.sha256 == digest && old.record == record { return old.id }
      guard isReplacing else {
        try removeUnnamedModelFile(path)
        let what = old.sha256 == digest ? "description" : "weights"
        throw WarehouseError(
          .conflict, record.name, "another model bears this name, with other \(what)",
          advice: "choose another name, or replace it")
      }
    }
    let id = try catalogue.transaction {
      if let old { try deleteRows(ofModel: old.id) }
      let id = try insert(record, digest: digest, path: path)
      if old != nil { try deleteLostConcepts() }
      return id
    }
    if let old { try removeUnnamedModelFile(old.file) }
    return id
  }

  /// Removes a model, its predictions, and its weights file if no other model names it.
  ///
  /// Stored arrays stay: other models may share their prefixes.
  public func removeModel(named name: String) throws {
    try requireWritable()
    let old = try model(named: name)
    try catalogue.transaction {
      try deleteRows(ofModel: old.id)
      try deleteLostConcepts()
    }
    try removeUnnamedModelFile(old.file)
  }

  private func deleteRows(ofModel id: Int64) throws {
    for table in ["relevance_au", "relevance_layer", "relevance_sample"] {
      try catalogue.run(
        "DELETE FROM \(table) WHERE run IN (SELECT id FROM relevance_run WHERE model = ?)", id)
    }
    try catalogue.run("DELETE FROM relevance_run WHERE model = ?", id)
    try catalogue.run("DELETE FROM prediction WHERE model = ?", id)
    try catalogue.run("DELETE FROM layer WHERE model = ?", id)
    try catalogue.run("DELETE FROM model WHERE id = ?", id)
  }

  /// Forgets concepts whose layer no model has any more.
  private func deleteLostConcepts() throws {
    try catalogue.run("DELETE FROM concept WHERE key NOT IN (SELECT prefix FROM layer)")
  }

  /// Removes a weights file unless a model names it.
  func removeUnnamedModelFile(_ path: String) throws {
    guard try catalogue.row("SELECT 1 FROM model WHERE file = ?", path) == nil,
      ModelFile.isOwn(path)
    else { return }
    try removeIfPresent(url(path))
  }

  private func insert(_ record: ModelRecord, digest: String, path: String) throws -> Int64 {
    let classes = String(decoding: try JSONEncoder().encode(record.classes), as: UTF8.self)
    try catalogue.run(
      """
      INSERT INTO model (name, task, parent, rung, trainable_from, seed, sha256, file, graph,
                         classes, preprocessing, input_key, training, numerics, kernel)
      VALUES (?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?)
      """, record.name, record.task, record.parent, record.rung, record.trainableFrom, record.seed,
      digest, path, record.graph, classes, record.preprocessing, record.inputKey, record.training,
      record.numerics, record.kernel)
    let id = catalogue.lastInsertedRow
    for (ordinal, layer) in record.layers.enumerated() {
      try catalogue.run(
        """
        INSERT INTO layer (model, ordinal, name, kind, channels, height, width, prefix)
        VALUES (?, ?, ?, ?, ?, ?, ?, ?)
        """, id, ordinal, layer.name, layer.kind, layer.shape.channels, layer.shape.height,
        layer.shape.width, layer.prefix)
    }
    return id
  }
}
