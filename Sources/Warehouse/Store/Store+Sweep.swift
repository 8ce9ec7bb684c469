internal import Foundation
internal import SQLite

extension Store {
  /// Removes what a killed writer left: files of a warehouse's own naming that no row names.
  ///
  /// The lock is held, so nobody else is writing them.
  func sweep() throws {
    for path in try orphans() { try removeIfPresent(url(path)) }
  }

  /// The paths, relative to the warehouse, of files that bear its own names and that no row names.
  func orphans() throws -> [String] {
    let named = Set(
      try catalogue.rows("SELECT file FROM segment UNION SELECT file FROM model")
        .compactMap { $0[0].string })
    return try ownFiles().filter { !named.contains($0) }
  }

  /// The paths of all files that bear a warehouse's own names, ascending.
  private func ownFiles() throws -> [String] {
    var found = try files(in: Layout.models).filter(ModelFile.isOwn)
    for folder in [Layout.arrays, Layout.inputs] {
      for subfolder in try files(in: folder) {
        found += try files(in: subfolder).filter { SegmentName(recognising: $0) != nil }
      }
    }
    return found.sorted()
  }

  /// The entries of a folder of the warehouse, by their paths relative to it.
  ///
  /// A symbolic link leads out of the warehouse and is not followed.
  private func files(in folder: String) throws -> [String] {
    var status = stat()
    guard lstat(url(folder).path, &status) == 0, status.st_mode & S_IFMT == S_IFDIR else {
      return []
    }
    return try FileManager.default.contentsOfDirectory(atPath: url(folder).path)
      .map { folder + "/" + $0 }
  }
}
