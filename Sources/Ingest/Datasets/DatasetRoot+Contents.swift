import Foundation

extension DatasetRoot {
  /// The largest file of labels of one picture, in bytes.
  static let smallFile = 1 << 20

  /// The bytes of a small file below the root.
  ///
  /// - Throws: `BadRecord` if it leaves the root, is missing, is no regular file or too large.
  func contents(_ relative: String, atMost limit: Int = smallFile) throws -> [UInt8] {
    guard let bytes = try contents(ifThere: relative, atMost: limit) else {
      throw BadRecord("there is no such file")
    }
    return bytes
  }

  /// The bytes of a small file below the root; nil if there is none.
  ///
  /// - Throws: `BadRecord` if it leaves the root, is no regular file or too large.
  func contents(ifThere relative: String, atMost limit: Int = smallFile) throws -> [UInt8]? {
    let descriptor: Int32
    switch open(relative) {
    case .outside: throw BadRecord("the path leaves the data set's folder")
    case .failed(ENOENT), .failed(ENOTDIR): return nil
    case .failed: throw BadRecord("it cannot be opened")
    case .file(let opened): descriptor = opened
    }
    defer { close(descriptor) }
    var status = stat()
    guard fstat(descriptor, &status) == 0, status.st_mode & S_IFMT == S_IFREG else {
      throw BadRecord("it is no regular file")
    }
    guard status.st_size <= limit else {
      throw BadRecord("\(status.st_size) bytes are above the limit of \(limit)")
    }
    return try DatasetRoot.read(descriptor, count: Int(status.st_size), at: 0)
  }

  /// At most `count` bytes of an open file from an offset.
  ///
  /// - Throws: `BadRecord` if reading fails.
  static func read(_ descriptor: Int32, count: Int, at offset: Int) throws -> [UInt8] {
    var failed = false
    let bytes = [UInt8](unsafeUninitializedCapacity: count) { buffer, filled in
      while filled < count, let start = buffer.baseAddress {
        let read = pread(descriptor, start + filled, count - filled, off_t(offset + filled))
        if read < 0, errno == EINTR { continue }
        failed = read < 0
        guard read > 0 else { break }
        filled += read
      }
    }
    guard !failed else { throw BadRecord("reading failed") }
    return bytes
  }
}
