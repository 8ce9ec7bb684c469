import CommandLineKit
import Foundation
import Query

/// The tables of a verdict, whole, as CSV files in a folder.
///
/// They are named by number and topic: `01-flips.csv`.
struct PointTables {
  let folder: String
  private(set) var count = 0

  init(folder: String) throws {
    self.folder = folder
    do {
      try FileManager.default.createDirectory(
        at: URL(filePath: folder), withIntermediateDirectories: true)
    } catch {
      throw ValidationError("\(folder) cannot be made: \(error.localizedDescription)")
    }
  }

  /// Writes a point's table, or removes that of an earlier verdict if there is none now.
  mutating func add(_ point: VerdictPoint) throws {
    let number = point.topic.number < 10 ? "0\(point.topic.number)" : "\(point.topic.number)"
    let path = URL(filePath: folder).appending(path: "\(number)-\(point.topic.rawValue).csv").path
    guard let table = point.table else {
      try? FileManager.default.removeItem(atPath: path)
      return
    }
    _ = try AtomicFile.write(path) { try OutputFormat.csv.writer(to: $0).write(table) }
    count += 1
  }
}
