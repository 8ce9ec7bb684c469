internal import Foundation
internal import Hashing

/// Brings the files of a shard into a warehouse without losing them on the way.
///
/// A file gets a second name in the warehouse; the first one goes when the rows that name it are
/// committed. Whenever the process ends, the shard is whole or the warehouse has it.
enum ShardFile {
  /// Throws unless a file is there as its row says; nil: the row tells no length.
  static func check(_ url: URL, path: String, bytes: Int?, digest: String) throws {
    var status = stat()
    guard lstat(url.path, &status) == 0, status.st_mode & S_IFMT == S_IFREG else {
      throw damaged(path, "the file is missing")
    }
    if let bytes, Int(status.st_size) != bytes {
      throw damaged(path, "the file has \(status.st_size) bytes, not \(bytes)")
    }
    let found = try SHA256.hex(ofFile: url).digest
    guard found == digest else { throw damaged(path, "its SHA-256 is \(found), not \(digest)") }
  }

  /// Gives a file its place in the warehouse: a second name, or a copy where the file system is
  /// another one.
  static func bring(
    _ source: URL, to target: URL, path: String, bytes: Int?, digest: String
  ) throws {
    try createFolder(target.deletingLastPathComponent())
    // What no row names is left of a merge that was killed.
    try removeIfPresent(target)
    if link(source.path, target.path) == 0 {
      return try synchronise(target.deletingLastPathComponent())
    }
    // Another file system, or one without hard links.
    let partial = URL(filePath: target.path + Layout.partialSuffix)
    try removeIfPresent(partial)
    do {
      try copy(source, to: partial, path: path)
      try synchronise(partial)
      try check(partial, path: path, bytes: bytes, digest: digest)
      try moveIntoPlace(partial, target)
    } catch {
      try? removeIfPresent(partial)
      throw error
    }
  }

  private static func copy(_ source: URL, to target: URL, path: String) throws {
    let input = open(source.path, O_RDONLY | O_CLOEXEC)
    guard input >= 0 else { throw damaged(path, "the file cannot be read (\(lastSystemError()))") }
    defer { close(input) }
    let output = open(target.path, O_WRONLY | O_CREAT | O_EXCL | O_CLOEXEC, 0o644)
    guard output >= 0 else { throw failed(path) }
    defer { close(output) }
    var buffer = [UInt8](repeating: 0, count: 1 << 20)
    while true {
      let count = read(input, &buffer, buffer.count)
      guard count >= 0 else {
        throw damaged(path, "the file cannot be read (\(lastSystemError()))")
      }
      guard count > 0 else { return }
      var written = 0
      while written < count {
        let step = buffer.withUnsafeBytes { bytes in
          write(output, bytes.baseAddress.map { $0 + written }, count - written)
        }
        guard step > 0 else { throw failed(path) }
        written += step
      }
    }
  }

  private static func damaged(_ path: String, _ problem: String) -> WarehouseError {
    WarehouseError(.damaged, path, problem)
  }

  private static func failed(_ path: String) -> WarehouseError {
    WarehouseError(
      .writeFailed, path, "the copy cannot be written (\(lastSystemError()))",
      advice: "see whether the disk is full")
  }
}
