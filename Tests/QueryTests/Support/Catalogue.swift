import Foundation
import Query
import SQLite
import Testing

/// A catalogue in memory, made from the repository's own schema.
final class Catalogue {
  let connection: Connection

  init() throws {
    connection = try Connection(path: ":memory:", mode: .create)
    let root = URL(filePath: #filePath).deletingLastPathComponent().deletingLastPathComponent()
      .deletingLastPathComponent().deletingLastPathComponent()
    let folder = root.appending(path: "schema")
    for file in try FileManager.default.contentsOfDirectory(atPath: folder.path).sorted()
    where file.hasSuffix(".sql") {
      let migration = try String(contentsOf: folder.appending(path: file), encoding: .utf8)
      try connection.execute(script: migration)
    }
  }

  func session(_ limits: ReadOnlySession.Limits = .init()) throws -> ReadOnlySession {
    try ReadOnlySession(connection, limits: limits)
  }

  func addDataset(_ id: Int, _ name: String) throws {
    try connection.run(
      "INSERT INTO dataset (id, name, format, root) VALUES (?, ?, 'csv', ?)", id, name,
      "/data/\(name)")
  }

  /// Adds a sample with its labels; `coded` and `aus` of the source `csv`, nil for not coded.
  func addSample(
    _ id: Int, dataset: Int = 1, split: String = "test", subject: String,
    labels: [String: String] = [:], coded: [Int]? = nil, aus: [Int] = []
  ) throws {
    try connection.run(
      """
      INSERT INTO sample (id, dataset, position, split, subject, path, width, height)
      VALUES (?, ?, ?, ?, ?, ?, 64, 64)
      """, id, dataset, id, split, subject, "pictures/\(id).png")
    for (task, label) in labels {
      try connection.run("INSERT INTO label VALUES (?, ?, ?)", id, task, label)
    }
    if let coded { try addCoding(sample: id, source: "csv", coded) }
    for au in aus { try addAU(sample: id, au) }
  }

  func addAU(sample: Int, _ au: Int, source: String = "csv", intensity: Double? = 3) throws {
    try connection.run("INSERT INTO au VALUES (?, ?, ?, ?)", sample, au, source, intensity)
  }

  func addCoding(sample: Int, source: String, _ aus: [Int]) throws {
    let list = "[" + aus.map(String.init).joined(separator: ",") + "]"
    try connection.run("INSERT OR IGNORE INTO coding (source, aus) VALUES (?, ?)", source, list)
    try connection.run(
      "INSERT INTO sample_coding SELECT ?, id FROM coding WHERE source = ? AND aus = ?", sample,
      source, list)
  }

  func addModel(
    _ id: Int, _ name: String, task: String, classes: [String], trainedOn: String? = nil
  )
    throws
  {
    let list = "[" + classes.map { "\"\($0)\"" }.joined(separator: ",") + "]"
    try connection.run(
      """
      INSERT INTO model (id, name, task, sha256, file, graph, classes, preprocessing, input_key)
      VALUES (?, ?, ?, 'digest', 'models/file', '{}', ?, '{}', 'key')
      """, id, name, task, list)
    guard let trainedOn else { return }
    try connection.run(
      """
      INSERT INTO run (kind, model, dataset, state, started)
      VALUES ('train', ?, ?, 'done', '2026-01-01T00:00:00Z')
      """, name, trainedOn)
  }

  func addPrediction(_ model: Int, _ sample: Int, _ predicted: String, _ probabilities: [Double])
    throws
  {
    let list = "[" + probabilities.map { "\($0)" }.joined(separator: ",") + "]"
    try connection.run(
      "INSERT INTO prediction VALUES (?, ?, ?, ?, ?)", model, sample, predicted,
      probabilities.max() ?? 0, list)
  }
}

/// The table as CSV lines.
func csv(_ answer: Answer, in session: ReadOnlySession) throws -> [String] {
  var bytes: [UInt8] = []
  _ = try session.write(answer, to: OutputFormat.csv.writer { bytes += $0 })
  return String(decoding: bytes, as: UTF8.self).split(separator: "\n").map(String.init)
}

/// Whether two numbers agree to a part in 10¹².
func agree(_ a: Double?, _ b: Double?) -> Bool {
  guard let a, let b else { return a == nil && b == nil }
  return abs(a - b) <= 1e-12 * max(1, abs(b))
}

/// The error that `body` throws, if it is a `QueryError`.
func queryError(_ body: () throws -> Void) -> QueryError? {
  do {
    try body()
    return nil
  } catch {
    return error as? QueryError
  }
}
