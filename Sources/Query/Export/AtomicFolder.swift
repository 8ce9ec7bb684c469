internal import Foundation

/// A folder that appears whole or not at all.
enum AtomicFolder {
  /// Makes a folder through `body`: beside its place first, then moved there.
  ///
  /// - Parameters:
  ///   - path: Where the folder goes; only an empty one may be there.
  ///   - body: Fills the folder that it gets.
  /// - Returns: What `body` returns.
  /// - Throws: `QueryError` if the folder cannot be made, or what `body` throws; then nothing is
  ///   left of it.
  static func write<Result>(_ path: String, _ body: (URL) throws -> Result) throws -> Result {
    let files = FileManager.default
    let place = URL(filePath: path).standardizedFileURL
    var isFolder: ObjCBool = false
    if files.fileExists(atPath: place.path, isDirectory: &isFolder) {
      guard isFolder.boolValue else {
        throw QueryError.usage("\(path) cannot be made: a file is there; name a folder")
      }
      guard try files.contentsOfDirectory(atPath: place.path).isEmpty else {
        throw QueryError.usage("\(path) is not empty: name a new folder, or empty it")
      }
    }
    let partial = place.deletingLastPathComponent()
      .appending(path: ".\(place.lastPathComponent).\(getpid()).partial")
    guard mkdir(partial.path, 0o777) == 0 else { throw failure(path) }
    do {
      let result = try body(partial)
      // An empty folder gives way, a full one does not.
      guard rename(partial.path, place.path) == 0 else { throw failure(path) }
      return result
    } catch {
      try? files.removeItem(at: partial)
      throw error
    }
  }

  private static func failure(_ path: String) -> QueryError {
    let reason = String(cString: strerror(errno))
    return .failed("\(path) cannot be made: \(reason)")
  }
}
