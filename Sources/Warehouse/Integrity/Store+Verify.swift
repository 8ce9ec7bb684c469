internal import Foundation
internal import Hashing
internal import SQLite

extension Store {
  /// Checks that the catalogue is sound, that every file is what its row says, and that rows and
  /// arrays agree, and that every index is what was written.
  ///
  /// Memory does not grow with the warehouse: files are read in pieces, one after the other.
  /// - Parameter progress: Called before each file; what it throws ends the check.
  /// - Returns: What was found wrong; empty if nothing was.
  /// - Throws: `SQLiteError` if the catalogue cannot be read at all, or what `progress` throws.
  public func verify(
    progress: (VerifyProgress) throws -> Void = { _ in }
  ) throws -> [Finding] {
    do {
      return try verifyAll(progress)
    } catch let error as SQLiteError where error.isCorrupt {
      return [Finding(.catalogue, Layout.catalogue, error.message)]
    }
  }

  private func verifyAll(_ progress: (VerifyProgress) throws -> Void) throws -> [Finding] {
    var findings = try catalogueFindings()
    // A catalogue that is not sound says nothing about files.
    guard findings.allSatisfy({ $0.kind != .catalogue }) else { return findings }
    findings += try predictionFindings()
    findings += try conceptFindings()
    let segments = try segmentRows()
    let weights = try weightRows()
    let indexes = try indexFiles()
    let total =
      segments.reduce(0) { $0 + max(0, $1.bytes) }
      + (weights.map(\.file) + indexes).reduce(0) { $0 + fileSize(url($1).path) }
    var done = 0
    for segment in segments {
      try progress(VerifyProgress(file: segment.file, done: done, total: total))
      findings += try check(segment)
      done += max(0, segment.bytes)
    }
    for weight in weights {
      try progress(VerifyProgress(file: weight.file, done: done, total: total))
      findings += check(weight)
      done += fileSize(url(weight.file).path)
    }
    findings += try indexFindings(indexes) { file in
      try progress(VerifyProgress(file: file, done: done, total: total))
      done += fileSize(url(file).path)
    }
    return try findings + strayFindings()
  }

  private func segmentRows() throws -> [SegmentRow] {
    try catalogue.rows(
      """
      SELECT s.id, s.file, s.dataset, d.name, s.first, s.count, s.bytes, s.sha256
      FROM segment s JOIN dataset d ON d.id = s.dataset ORDER BY s.file
      """
    ).compactMap { row in
      guard let id = row[0].int, let file = row[1].string, let dataset = row[2].int,
        let name = row[3].string, let first = row[4].int, let count = row[5].int,
        let bytes = row[6].int, let digest = row[7].string
      else { return nil }
      return SegmentRow(
        id: Int64(id), file: file, dataset: Int64(dataset), datasetName: name, first: first,
        count: count, bytes: bytes, digest: digest)
    }
  }

  private func check(_ segment: SegmentRow) throws -> [Finding] {
    guard SegmentName(recognising: segment.file)?.path == segment.file else {
      return [Finding(.description, segment.file, "its row names a file that is no segment's")]
    }
    let findings = fileFindings(
      segment.file, bytes: segment.bytes, digest: segment.digest)
    guard findings.isEmpty else { return findings }
    return try SegmentCheck(store: self, segment: segment).findings()
  }

  /// Whether a file is there, has its length and its digest.
  func fileFindings(_ path: String, bytes: Int?, digest: String) -> [Finding] {
    var status = stat()
    guard lstat(url(path).path, &status) == 0, status.st_mode & S_IFMT == S_IFREG else {
      return [Finding(.missingFile, path, "the file is missing")]
    }
    let length = Int(status.st_size)
    if let bytes, bytes != length {
      return [Finding(.length, path, "the file has \(length) bytes, not \(bytes)")]
    }
    guard let found = try? SHA256.hex(ofFile: url(path)) else {
      return [Finding(.unreadable, path, "the file cannot be read")]
    }
    guard found.digest == digest else {
      return [Finding(.digest, path, "its SHA-256 is \(found.digest), not \(digest)")]
    }
    return []
  }

  private struct WeightRow {
    let file: String
    let digest: String
  }

  private func weightRows() throws -> [WeightRow] {
    try catalogue.rows("SELECT DISTINCT file, sha256 FROM model ORDER BY file").compactMap { row in
      guard let file = row[0].string, let digest = row[1].string else { return nil }
      return WeightRow(file: file, digest: digest)
    }
  }

  private func check(_ weight: WeightRow) -> [Finding] {
    guard ModelFile.isOwn(weight.file) else {
      return [Finding(.description, weight.file, "its row names a file that is no weights file's")]
    }
    let findings = fileFindings(weight.file, bytes: nil, digest: weight.digest)
    guard findings.isEmpty else { return findings }
    do {
      try SafetensorsFile(url(weight.file)).close()
      return []
    } catch {
      return [Finding(.unreadable, weight.file, "\(error)")]
    }
  }

  /// Files that no row names.
  private func strayFindings() throws -> [Finding] {
    let named = try namedFiles()
    let strays = try allFiles().filter { !named.contains($0) && !ModelFile.isCheckpoint($0) }
    return strays.map { path in
      Finding(
        .orphan, path,
        Store.isOwn(path)
          ? "no row names it; the next writing command removes it"
          : "this is no file of the warehouse's")
    }
  }
}

/// A row of `segment`.
struct SegmentRow {
  let id: Int64
  let file: String
  let dataset: Int64
  let datasetName: String
  let first: Int
  let count: Int
  let bytes: Int
  let digest: String
}
