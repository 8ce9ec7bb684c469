internal import Foundation

/// Reads and writes whole files, with errors that name them.
enum PictureFile {
  /// The bytes of a regular file, all or the first `upTo`.
  ///
  /// - Throws: `PictureError` if the file is missing, unreadable or above the limit.
  static func bytes(
    of url: URL, limits: PictureLimits, upTo: Int? = nil
  ) throws(PictureError) -> [UInt8] {
    let descriptor = try open(url)
    defer { close(descriptor) }
    return try bytes(of: descriptor, name: url.path, limits: limits, upTo: upTo)
  }

  /// Opens a file for reading; the caller closes it.
  ///
  /// - Throws: `PictureError` if the file is missing or unreadable.
  static func open(_ url: URL) throws(PictureError) -> Int32 {
    // Opening a pipe that nobody writes to must not wait.
    let descriptor = Foundation.open(url.path, O_RDONLY | O_NONBLOCK | O_CLOEXEC)
    guard descriptor >= 0 else { throw PictureError(opening: url.path, failedWith: errno) }
    return descriptor
  }

  /// The bytes of an open regular file, all or the first `upTo`.
  ///
  /// - Throws: `PictureError` if it is no regular file, unreadable or above the limit.
  static func bytes(
    of descriptor: Int32, name: String, limits: PictureLimits, upTo: Int? = nil
  ) throws(PictureError) -> [UInt8] {
    func failure(_ kind: PictureError.Kind, _ reason: String) -> PictureError {
      PictureError(kind: kind, file: name, reason: reason)
    }
    var status = stat()
    guard fstat(descriptor, &status) == 0, status.st_mode & S_IFMT == S_IFREG else {
      throw failure(.unreadable, "it is no regular file")
    }
    let size = Int(status.st_size)
    let wanted = min(upTo ?? .max, size)
    guard wanted <= limits.fileBytes else {
      throw failure(.tooLarge, "the file is above the limit of \(limits.fileBytes) bytes")
    }
    var problem: Int32 = 0
    let bytes = [UInt8](unsafeUninitializedCapacity: wanted) { buffer, filled in
      while filled < wanted, let start = buffer.baseAddress {
        let count = pread(descriptor, start + filled, wanted - filled, off_t(filled))
        if count < 0, errno == EINTR { continue }
        if count < 0 { problem = errno }
        guard count > 0 else { break }
        filled += count
      }
    }
    guard problem == 0 else {
      throw failure(.unreadable, "reading failed: \(String(cString: strerror(problem)))")
    }
    return bytes
  }

  /// Writes a file whole or not at all.
  ///
  /// - Throws: `PictureError` of kind `unwritable`.
  static func write(_ bytes: [UInt8], to url: URL) throws(PictureError) {
    do {
      try Data(bytes).write(to: url, options: .atomic)
    } catch {
      throw PictureError(
        kind: .unwritable, file: url.path, reason: "writing failed: \(error.localizedDescription)")
    }
  }
}
