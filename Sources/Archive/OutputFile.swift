internal import Foundation

/// A new file that is written from its start.
final class OutputFile {
  let url: URL
  private(set) var position = 0
  private let action: String
  private var descriptor: Int32

  init(_ url: URL, action: String) throws(ArchiveError) {
    self.url = url
    self.action = action
    descriptor = open(url.path, O_WRONLY | O_CREAT | O_EXCL | O_CLOEXEC, 0o644)
    guard descriptor >= 0 else {
      throw ArchiveError(action, file: url, reason: String(cString: strerror(errno)))
    }
  }

  deinit { if descriptor >= 0 { Foundation.close(descriptor) } }

  /// Adds bytes at the end.
  func append(_ bytes: UnsafeRawBufferPointer) throws(ArchiveError) {
    try write(bytes, at: position)
    position += bytes.count
  }

  /// Replaces bytes that were written before.
  func write(_ bytes: UnsafeRawBufferPointer, at offset: Int) throws(ArchiveError) {
    var done = 0
    while done < bytes.count {
      let written = pwrite(
        descriptor, bytes.baseAddress?.advanced(by: done), bytes.count - done,
        off_t(offset + done))
      guard written > 0 || (written < 0 && errno == EINTR) else {
        throw ArchiveError(action, file: url, reason: String(cString: strerror(errno)))
      }
      done += max(0, written)
    }
  }

  /// Closes the file; only here does a failed last write show.
  func close() throws(ArchiveError) {
    let open = descriptor
    descriptor = -1
    guard Foundation.close(open) == 0 else {
      throw ArchiveError(action, file: url, reason: String(cString: strerror(errno)))
    }
  }
}
