internal import Foundation
internal import SQLite

extension Store {
  /// Removes what a killed writer left: files of a warehouse's own naming that no row names.
  ///
  /// The lock is held, so nobody else is writing them.
  func sweep() throws {
    for path in try orphans() { try removeIfPresent(url(path)) }
    try sweepIndexes()
  }

  /// The paths of files of a warehouse's own naming that no row names, ascending.
  private func orphans() throws -> [String] {
    let named = try namedFiles()
    return try allFiles().filter { Store.isOwn($0) && !named.contains($0) }
  }

  /// Whether a path is one that a warehouse gives to segments and weights, whole or partial.
  static func isOwn(_ path: String) -> Bool {
    SegmentName(recognising: path) != nil || ModelFile.isOwn(path) || ModelFile.isPartial(path)
  }

  /// The paths that rows name, relative to the warehouse.
  func namedFiles() throws -> Set<String> {
    Set(
      try catalogue.rows("SELECT file FROM segment UNION SELECT file FROM model")
        .compactMap { $0[0].string })
  }

  /// The paths, relative to the warehouse, of everything in its folders that is no folder itself,
  /// ascending.
  func allFiles() throws -> [String] {
    let folders = [Layout.arrays, Layout.inputs, Layout.models]
    return try folders.flatMap { try files(below: $0) }.sorted()
  }

  /// The files below a folder.
  ///
  /// A symbolic link may lead out of the warehouse: it is not followed.
  func files(below folder: String) throws -> [String] {
    var found: [String] = []
    for name in try FileManager.default.contentsOfDirectory(atPath: url(folder).path) {
      let path = folder + "/" + name
      var status = stat()
      guard lstat(url(path).path, &status) == 0 else { continue }
      if status.st_mode & S_IFMT == S_IFDIR {
        found += try files(below: path)
      } else {
        found.append(path)
      }
    }
    return found
  }
}
