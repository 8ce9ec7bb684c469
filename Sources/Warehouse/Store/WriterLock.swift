internal import Foundation

/// The lock that one writer of a warehouse holds.
///
/// The kernel drops it with the process, however that ends: a dead holder never blocks.
final class WriterLock {
  private let descriptor: Int32
  private let path: String

  /// Takes the lock, or says who holds it.
  init(folder: URL, purpose: String) throws {
    path = folder.appending(path: Layout.lock).path
    var locked: Int32?
    // Whoever found nothing to keep removes the file with the warehouse: then another one counts.
    while locked == nil { locked = try WriterLock.lock(path, in: folder) }
    descriptor = locked ?? -1
    announce(purpose)
  }

  /// A descriptor of the locked file; nil if the file was removed meanwhile.
  private static func lock(_ path: String, in folder: URL) throws -> Int32? {
    let descriptor = Foundation.open(path, O_RDWR | O_CREAT | O_CLOEXEC, 0o644)
    guard descriptor >= 0 else {
      throw WarehouseError(
        .readOnly, folder.path, "the folder cannot be written to (\(lastSystemError()))",
        advice: "give yourself write permission or copy the warehouse to another place")
    }
    guard flock(descriptor, LOCK_EX | LOCK_NB) == 0 else {
      let isHeld = errno == EWOULDBLOCK
      let reason = lastSystemError()
      let holder = WriterLock.contents(of: descriptor)
      Foundation.close(descriptor)
      throw isHeld
        ? WarehouseError(
          .locked, folder.path, "another process writes to it (\(holder))",
          advice: "wait until it ends, or end it")
        : WarehouseError(.readOnly, path, "the file cannot be locked (\(reason))")
    }
    var (own, named) = (stat(), stat())
    let isCurrent =
      fstat(descriptor, &own) == 0 && stat(path, &named) == 0 && own.st_ino == named.st_ino
      && own.st_dev == named.st_dev
    if isCurrent { return descriptor }
    Foundation.close(descriptor)
    return nil
  }

  /// Says in the lock file who holds the lock and what for.
  func announce(_ purpose: String) {
    let line = Array("process \(getpid()), \(purpose)\n".utf8)
    // The text only helps a person: that it cannot be written is no reason to stop.
    _ = ftruncate(descriptor, 0)
    _ = pwrite(descriptor, line, line.count, 0)
  }

  /// Releases the lock; the file stays.
  func release() {
    _ = ftruncate(descriptor, 0)
    _ = flock(descriptor, LOCK_UN)
  }

  deinit { Foundation.close(descriptor) }

  private static func contents(of descriptor: Int32) -> String {
    var buffer = [UInt8](repeating: 0, count: 512)
    let length = pread(descriptor, &buffer, buffer.count, 0)
    let text = String(decoding: buffer.prefix(max(0, length)), as: UTF8.self)
    let line = text.trimmingCharacters(in: .whitespacesAndNewlines)
    return line.isEmpty ? "process unknown" : line
  }
}

/// The operating system's words for `errno`.
func lastSystemError() -> String { String(cString: strerror(errno)) }
