internal import Foundation
internal import HDF5
internal import Hashing
internal import SQLite

extension Store {
  private static let remedy =
    "; questions do without it, and lethe neurons index makes it anew"

  /// Writes the checksum of an index whose file is in its place.
  func writeChecksum(_ digest: String, of name: NeuronIndexName) throws {
    let target = url(name.checksumPath)
    let partial = url(name.checksumPath + Layout.partialSuffix)
    let line = "\(digest)  \(url(name.path).lastPathComponent)\n"
    try removeIfPresent(partial)
    try Data(line.utf8).write(to: partial)
    try synchronise(partial)
    try moveIntoPlace(partial, target)
  }

  /// The checksum that lies beside an index; nil if there is none that can be read.
  private func checksum(of name: NeuronIndexName) -> String? {
    guard isRegularFile(name.checksumPath),
      let file = try? FileHandle(forReadingFrom: url(name.checksumPath))
    else { return nil }
    defer { try? file.close() }
    let bytes = (try? file.read(upToCount: 512)) ?? Data()
    let words =
      String(decoding: bytes, as: UTF8.self).split(separator: "\n").first?
      .split(separator: " ") ?? []
    guard words.count == 2, words[0].utf8.count == 64, words[0].allSatisfy(\.isHexDigit),
      words[1] == url(name.path).lastPathComponent
    else { return nil }
    return String(words[0])
  }

  /// Whether an index is what was written; that it is out of date is no damage.
  func indexFindings(_ name: NeuronIndexName) -> [Finding] {
    let path = name.path
    guard isRegularFile(path) else {
      return [Finding(.missingFile, path, "the file is missing" + Store.remedy)]
    }
    guard let digest = checksum(of: name) else {
      return [
        Finding(
          .unreadable, name.checksumPath,
          "no checksum of the index lies beside it" + Store.remedy)
      ]
    }
    let findings = fileFindings(path, bytes: nil, digest: digest)
    guard findings.isEmpty else {
      return findings.map { Finding($0.kind, $0.subject, $0.problem + Store.remedy) }
    }
    guard let root = try? HDF5File.open(url(path)).root(),
      (try? NeuronIndexFile.isOwn(root, named: name)) == true
    else {
      return [
        Finding(
          .description, path,
          "it is no index of the layer and kind that it is named for"
            + Store.remedy)
      ]
    }
    return []
  }

  /// Checks every index, and names the files that are none; `progress` is called before each.
  func indexFindings(
    _ paths: [String], progress: (String) throws -> Void
  ) throws -> [Finding] {
    let (names, strays) = indexNames(among: paths)
    let datasets = Set(
      try catalogue.rows("SELECT name FROM dataset").compactMap { $0[0].string })
    let keys = Set(
      try catalogue.rows("SELECT DISTINCT prefix FROM layer").compactMap {
        $0[0].string.map { NeuronIndexName(.channels, key: $0, dataset: "").key }
      })
    var findings: [Finding] = []
    for name in names {
      try progress(name.path)
      if isRegularFile(name.path), !datasets.contains(name.dataset) || !keys.contains(name.key) {
        findings.append(
          Finding(
            .orphan, name.path,
            (datasets.contains(name.dataset)
              ? "no model has its layer" : "there is no such data set")
              + "; it can be deleted"))
      } else {
        findings += indexFindings(name)
      }
    }
    return findings
      + strays.map { path in
        Finding(
          .orphan, path,
          Store.isLeftOfIndex(path)
            ? "a command that was killed left it; the next writing command removes it"
            : "this is no file of the warehouse's")
      }
  }

  /// The paths below `index/`, ascending; none if there is no such folder.
  func indexFiles() throws -> [String] {
    guard FileManager.default.fileExists(atPath: url(Layout.index).path) else { return [] }
    return try files(below: Layout.index).sorted()
  }

  /// Removes what a killed writer left of indexes, and checksums whose index was deleted.
  ///
  /// The lock is held, so nobody else is writing them.
  func sweepIndexes() throws {
    for path in try indexFiles() {
      let index = NeuronIndexName(
        recognising: path.removing(suffix: NeuronIndexName.checksumSuffix) ?? "")
      if Store.isLeftOfIndex(path) || index.map({ !isRegularFile($0.path) }) == true {
        try removeIfPresent(url(path))
      }
    }
  }

  /// The indexes that files or checksums are there of, and the paths that are neither.
  private func indexNames(
    among paths: [String]
  ) -> (names: [NeuronIndexName], strays: [String]) {
    var (names, strays): ([NeuronIndexName], [String]) = ([], [])
    for path in paths {
      let file = path.removing(suffix: NeuronIndexName.checksumSuffix) ?? path
      guard let name = NeuronIndexName(recognising: file) else {
        strays.append(path)
        continue
      }
      // The checksum follows its index.
      if names.last != name { names.append(name) }
    }
    return (names, strays)
  }

  /// Whether a path is that of an index, or of a checksum, which is not whole yet.
  private static func isLeftOfIndex(_ path: String) -> Bool {
    guard let whole = path.removing(suffix: Layout.partialSuffix) else { return false }
    return NeuronIndexName(
      recognising: whole.removing(suffix: NeuronIndexName.checksumSuffix) ?? whole) != nil
  }

  private func isRegularFile(_ path: String) -> Bool {
    var status = stat()
    return lstat(url(path).path, &status) == 0 && status.st_mode & S_IFMT == S_IFREG
  }
}

extension String {
  /// The text before an ending; nil if it does not end so.
  fileprivate func removing(suffix: String) -> String? {
    hasSuffix(suffix) ? String(dropLast(suffix.count)) : nil
  }
}
