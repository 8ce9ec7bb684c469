public import Foundation
public import SQLite

/// An open warehouse: its catalogue, and the folder that its arrays, inputs and models lie in.
///
/// Not `Sendable`: a store belongs to one thread at a time; open another one for another thread.
public final class Store {
  /// What a warehouse is opened for.
  public enum Access: Sendable, Equatable {
    /// Reading, beside any number of readers and one writer.
    case reading
    /// Writing, alone; `create` makes the warehouse if there is none.
    case writing(create: Bool)
  }

  /// The warehouse's folder.
  public let folder: URL
  /// The connection to `warehouse.sqlite`.
  public let catalogue: Connection
  /// Whether the store was opened for writing.
  public let isWritable: Bool
  /// How many chunks are decoded at a time; what is read does not depend on it.
  public var readingThreads = ProcessInfo.processInfo.activeProcessorCount

  let openSegments = SegmentCache(capacity: 16)
  // Tests stop a write here, or end the process.
  var willReach: (SegmentStep) throws -> Void = { _ in }
  // Of a shard: where the warehouse is that it belongs to.
  var shard: ShardSource?
  // Where this store made the warehouse: whether also its folder.
  var madeFolder: Bool?
  private let lock: WriterLock?
  private var isClosed = false

  init(folder: URL, catalogue: Connection, lock: WriterLock?) {
    self.folder = folder
    self.catalogue = catalogue
    self.lock = lock
    isWritable = lock != nil
  }

  /// Writes into the lock file what this writer is doing, for those who find it locked.
  public func announce(_ purpose: String) { lock?.announce(purpose) }

  /// Closes the store; a writer first moves everything into `warehouse.sqlite`, so that a copy of
  /// the folder is complete, and then lets the next writer in.
  ///
  /// - Throws: `SQLiteError` if the catalogue cannot be written.
  public func close() throws {
    guard !isClosed else { return }
    isClosed = true
    openSegments.removeAll()
    defer { lock?.release() }
    defer { catalogue.close() }
    // A reader in the middle of a statement may keep pages in the log: the next writer moves them.
    if isWritable { _ = try catalogue.row("PRAGMA wal_checkpoint(TRUNCATE)") }
  }

  /// Closes the store; a warehouse that it made, and into which nothing was put, goes again.
  ///
  /// - Throws: `SQLiteError` if the catalogue cannot be read or written.
  public func closeUnlessUsed() throws {
    guard let madeFolder, !isClosed,
      try catalogue.value("SELECT (SELECT count(*) FROM dataset) + (SELECT count(*) FROM model)")
        .int == 0
    else { return try close() }
    isClosed = true
    openSegments.removeAll()
    catalogue.close()
    defer { lock?.release() }
    let manager = FileManager.default
    for ending in ["", "-wal", "-shm"] {
      try? manager.removeItem(at: folder.appending(path: Layout.catalogue + ending))
    }
    // Folders go only where they are empty.
    for name in [Layout.arrays, Layout.inputs, Layout.models] { rmdir(url(name).path) }
    unlink(url(Layout.lock).path)
    if madeFolder { rmdir(folder.path) }
  }

  deinit { try? close() }

  /// Throws unless the store was opened for writing.
  func requireWritable() throws {
    guard isWritable, !isClosed else {
      throw WarehouseError(
        .readOnly, folder.path, "the warehouse is open for reading only",
        advice: "open it for writing")
    }
  }

  /// The place of a path that is relative to the warehouse.
  func url(_ path: String) -> URL { folder.appending(path: path) }
}
