internal import Foundation

/// A file that appears whole or not at all.
public enum AtomicFile {
  /// Writes a file through `body`: beside its place first, then moved there.
  ///
  /// What is no ordinary file (a pipe, a device) is written to directly.
  ///
  /// - Parameters:
  ///   - path: Where the file goes; one that is there is replaced.
  ///   - body: Writes the bytes.
  /// - Returns: What `body` returns.
  /// - Throws: `QueryError` if the file cannot be written, or what `body` throws; then the place is
  ///   as it was.
  @discardableResult
  public static func write<Result>(_ path: String, _ body: (@escaping ByteSink) throws -> Result)
    throws
    -> Result
  {
    var status = stat()
    let isThere = stat(path, &status) == 0
    if isThere, status.st_mode & S_IFMT == S_IFDIR {
      throw QueryError.failed("\(path) cannot be written: it is a folder; name a file")
    }
    if isThere, status.st_mode & S_IFMT != S_IFREG {
      return try filled(path, named: path, flags: O_WRONLY, body)
    }
    // A link stays a link: what it points to is replaced.
    let target = isThere ? URL(filePath: path).resolvingSymlinksInPath().path : path
    let url = URL(filePath: target)
    let partial = url.deletingLastPathComponent()
      .appending(path: ".\(url.lastPathComponent).\(getpid()).partial").path
    do {
      let flags = O_WRONLY | O_CREAT | O_TRUNC
      let result = try filled(partial, named: path, flags: flags, body)
      guard rename(partial, target) == 0 else { throw failure(path) }
      return result
    } catch {
      unlink(partial)
      throw error
    }
  }

  private static func filled<Result>(
    _ place: String, named path: String, flags: Int32, _ body: (@escaping ByteSink) throws -> Result
  ) throws -> Result {
    let descriptor = open(place, flags | O_CLOEXEC, 0o666)
    guard descriptor >= 0 else { throw failure(path) }
    var isOpen = true
    defer { if isOpen { close(descriptor) } }
    let result = try body { bytes in
      var written = 0
      while written < bytes.count {
        let count = bytes.withUnsafeBytes {
          Foundation.write(descriptor, $0.baseAddress?.advanced(by: written), bytes.count - written)
        }
        if count < 0, errno == EINTR { continue }
        guard count > 0 else { throw failure(path) }
        written += count
      }
    }
    isOpen = false
    guard close(descriptor) == 0 else { throw failure(path) }
    return result
  }

  private static func failure(_ path: String) -> QueryError {
    let reason = String(cString: strerror(errno))
    return .failed("\(path) cannot be written: \(reason)")
  }
}
