import Foundation
import Warehouse

/// Which row of a file belongs to which sample of a data set.
struct SampleRows {
  /// The row of each position.
  let rows: [Int]
  /// Rows that belong to no sample.
  let unused: Int

  /// Finds the rows by the paths of the samples.
  ///
  /// - Parameters:
  ///   - paths: Of the rows, relative to the root of the data set, or absolute within it.
  ///   - samples: Of the data set, in order of their positions.
  ///   - dataset: The data set.
  ///   - source: Where the paths come from, for errors.
  /// - Throws: `IngestError` if a path occurs twice, or a sample has no row.
  init(
    paths: [String], samples: [StoredSample], dataset: StoredDataset, source: String
  ) throws {
    let folder = (try? DatasetRoot(path: dataset.root))?.folder.path ?? dataset.root
    var byPath: [String: Int] = [:]
    for (row, path) in paths.enumerated() {
      let path = SampleRows.relative(path, to: folder)
      guard byPath.updateValue(row, forKey: path) == nil else {
        throw IngestError(
          "\(source) names \(path) twice", advice: "a row of the arrays belongs to one picture")
      }
    }
    let missing = samples.filter { byPath[$0.path] == nil }
    guard missing.isEmpty else {
      let some = missing.prefix(3).map(\.path).joined(separator: ", ")
      throw IngestError(
        "\(source) lacks \(missing.count) of the \(samples.count) samples of `\(dataset.name)`:"
          + " \(some)\(missing.count > 3 ? ", …" : "")",
        advice: "write the activations of all of them; paths are relative to \(folder)")
    }
    rows = samples.compactMap { byPath[$0.path] }
    unused = paths.count - rows.count
  }

  /// The paths that a text file lists, one a line.
  ///
  /// - Throws: `IngestError` if it cannot be read, is above 1 GB, or is no UTF-8.
  static func list(_ url: URL) throws -> [String] {
    guard let handle = try? FileHandle(forReadingFrom: url),
      let data = try? handle.read(upToCount: 1 << 30)
    else { throw IngestError("\(url.path) cannot be read", advice: "check the path") }
    try handle.close()
    guard data.count < 1 << 30, let text = String(data: data, encoding: .utf8) else {
      throw IngestError(
        "\(url.path) is no list of paths", advice: "write one a line, in UTF-8")
    }
    return text.split(whereSeparator: \.isNewline).map {
      $0.trimmingCharacters(in: .whitespaces)
    }.filter { !$0.isEmpty }
  }

  private static func relative(_ path: String, to folder: String) -> String {
    let below = path.hasPrefix(folder + "/") ? String(path.dropFirst(folder.count + 1)) : path
    return DatasetRoot.normalised(below) ?? below
  }
}
