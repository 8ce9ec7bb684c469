public import Foundation

/// Keeps writers away from a warehouse while something is read that must be of one moment; any
/// number of processes hold it at once.
///
/// Nothing is written, and the kernel drops the lock with the process.
final class SharedLock {
  private let descriptor: Int32

  /// Takes the lock; nil while a writer is at work.
  ///
  /// A warehouse without a lock file has no writer.
  init?(folder: URL) throws {
    let path = folder.appending(path: Layout.lock).path
    descriptor = Foundation.open(path, O_RDONLY | O_CLOEXEC)
    guard descriptor >= 0 else {
      if errno == ENOENT { return }
      throw WarehouseError(.readOnly, path, "the lock cannot be opened (\(lastSystemError()))")
    }
    guard flock(descriptor, LOCK_SH | LOCK_NB) == 0 else {
      let isHeld = errno == EWOULDBLOCK
      let reason = lastSystemError()
      Foundation.close(descriptor)
      if isHeld { return nil }
      throw WarehouseError(.readOnly, path, "the file cannot be locked (\(reason))")
    }
  }

  deinit { if descriptor >= 0 { Foundation.close(descriptor) } }
}

extension Store {
  /// Reads a warehouse while nobody writes to it.
  ///
  /// Neither the catalogue nor anything beside it is touched, so that any number of machines may
  /// do so at once.
  /// - Parameters:
  ///   - folder: The warehouse's folder.
  ///   - wait: Called again and again while a writer is at work; what it throws ends the wait.
  ///   - body: What reads.
  /// - Returns: What `body` returns.
  /// - Throws: `WarehouseError` if it cannot be read, or what `wait` or `body` throws.
  public static func readingUnwritten<Result>(
    _ folder: URL, wait: () throws -> Void, _ body: (Store) throws -> Result
  ) throws -> Result {
    var held = try SharedLock(folder: folder)
    while held == nil {
      try wait()
      held = try SharedLock(folder: folder)
    }
    return try withExtendedLifetime(held) {
      let log = folder.appending(path: Layout.catalogue + "-wal").path
      guard fileSize(log) == 0 else {
        throw WarehouseError(
          .readOnly, folder.path, "its last writer was interrupted",
          advice: "a writing command brings it in order, for example lethe merge")
      }
      let store = try openForReading(folder, canWrite: false)
      defer { try? store.close() }
      return try body(store)
    }
  }
}
