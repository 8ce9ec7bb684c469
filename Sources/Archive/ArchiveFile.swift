internal import Foundation

/// An archive opened for reading: bytes at places, without a file position.
///
/// Reading by `pread` changes nothing, so that several threads may use one file.
final class ArchiveFile: Sendable {
  let url: URL
  let size: Int
  private let descriptor: Int32

  init(_ url: URL, action: String) throws(ArchiveError) {
    self.url = url
    descriptor = open(url.path, O_RDONLY | O_CLOEXEC | O_NONBLOCK)
    guard descriptor >= 0 else {
      throw ArchiveError(action, file: url, reason: String(cString: strerror(errno)))
    }
    var status = stat()
    guard fstat(descriptor, &status) == 0, status.st_mode & S_IFMT == S_IFREG else {
      close(descriptor)
      throw ArchiveError(action, file: url, reason: "it is no regular file")
    }
    size = Int(status.st_size)
  }

  deinit { close(descriptor) }

  /// Fills the buffer with the bytes from `offset` on; false if the file does not hold them.
  func read(at offset: Int, into buffer: UnsafeMutableRawBufferPointer) -> Bool {
    guard offset >= 0, offset <= size, buffer.count <= size - offset else { return false }
    var done = 0
    while done < buffer.count {
      let got = pread(
        descriptor, buffer.baseAddress?.advanced(by: done), buffer.count - done,
        off_t(offset + done))
      if got > 0 {
        done += got
      } else if got == 0 || errno != EINTR {
        return false
      }
    }
    return true
  }

  /// The bytes of a range that the caller has found to be reasonable; nil if there are not as many.
  func bytes(at offset: Int, count: Int) -> [UInt8]? {
    guard count >= 0, offset >= 0, offset <= size, count <= size - offset else { return nil }
    var bytes = [UInt8](repeating: 0, count: count)
    return bytes.withUnsafeMutableBytes { read(at: offset, into: $0) } ? bytes : nil
  }
}
