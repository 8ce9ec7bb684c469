public import Foundation
internal import SQLite

extension Store {
  /// The folder that shards of a warehouse lie in unless another one is named.
  public static func shards(of warehouse: URL) -> URL { warehouse.appending(path: Layout.shards) }

  /// Opens a shard for writing: a small store of its own that knows its blocks alone, and reads
  /// what the warehouse has of them.
  ///
  /// A shard that was begun goes on where it was. The warehouse is only read.
  /// - Parameters:
  ///   - request: What the shard is to work on.
  ///   - shards: The folder that shards lie in.
  ///   - base: The warehouse, read while nobody writes to it.
  /// - Returns: The open store.
  /// - Throws: `WarehouseError` if another process works on the shard, its folder holds work of
  ///   another plan, or it cannot be written.
  public static func openShard(
    _ request: ShardRequest, in shards: URL, of base: Store
  ) throws -> Store {
    let folder = shards.appending(path: request.folder)
    let store = try open(
      folder, for: .writing(create: true), purpose: request.purpose)
    do {
      try store.catalogue.attach(
        base.folder.appending(path: Layout.catalogue).path, as: "base", immutable: true)
      let isBegun =
        try store.catalogue.row("SELECT 1 FROM main.sqlite_schema WHERE name = 'shard'") != nil
      if isBegun {
        try store.checkShard(request)
      } else {
        try store.catalogue.transaction { try ShardCatalogue.fill(store.catalogue, request) }
      }
      try store.catalogue.detach("base")
      store.shard = try ShardSource(folder: base.folder, catalogue: store.catalogue)
      return store
    } catch {
      try? store.close()
      throw WriteFailure.explained(error, path: folder.path)
    }
  }

  /// Notes that everything of a shard is computed: from now on it can be merged.
  ///
  /// - Throws: `WarehouseError` or `SQLiteError` if it cannot be written.
  public func finishShard() throws {
    try requireWritable()
    try catalogue.run("UPDATE shard SET is_whole = 1")
  }

  /// Whether everything of this shard is computed.
  ///
  /// - Throws: `SQLiteError` if this is no shard.
  public func isWholeShard() throws -> Bool {
    try catalogue.value("SELECT is_whole FROM shard").int == 1
  }

  private func checkShard(_ request: ShardRequest) throws {
    let record = try ShardRecord(catalogue, subject: folder.path)
    let difference: String? =
      if record.plan != request.plan || record.shard != request.shard
        || record.model != request.model
      {
        "it holds work of another plan"
      } else if record.kernel != request.kernel {
        "it was computed by other kernels (\(record.kernel), these are \(request.kernel))"
      } else {
        try ShardCatalogue.difference(
          catalogue, shard: "main", base: "base", training: request.model)
      }
    guard let difference else { return }
    throw WarehouseError(
      .conflict, folder.path, difference,
      advice: "merge it (lethe merge) or remove the folder, then run the task again")
  }
}
