internal import SQLite

/// Inserts the samples of a data set, within one transaction.
public final class DatasetWriter {
  /// The row id of the data set.
  public let dataset: Int64
  /// How many samples have been added: the position of the next one.
  public private(set) var count = 0

  private let catalogue: Connection
  private let sample: Statement
  private let label: Statement
  private let score: Statement
  private let au: Statement
  private let sampleCoding: Statement
  private let landmarks: Statement
  private let mask: Statement
  private var codings: [String: Int64] = [:]

  init(dataset: Int64, catalogue: Connection) throws {
    self.dataset = dataset
    self.catalogue = catalogue
    sample = try catalogue.prepare(
      """
      INSERT INTO sample (dataset, position, split, subject, sequence, frame, path, width, height,
                          bytes, modified)
      VALUES (?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?)
      """)
    label = try catalogue.prepare("INSERT INTO label (sample, task, label) VALUES (?, ?, ?)")
    score = try catalogue.prepare("INSERT INTO score (sample, name, value) VALUES (?, ?, ?)")
    au = try catalogue.prepare(
      "INSERT INTO au (sample, au, source, intensity) VALUES (?, ?, ?, ?)")
    sampleCoding = try catalogue.prepare(
      "INSERT OR IGNORE INTO sample_coding (sample, coding) VALUES (?, ?)")
    landmarks = try catalogue.prepare(
      "INSERT INTO landmark_set (sample, source, points) VALUES (?, ?, ?)")
    mask = try catalogue.prepare(
      "INSERT INTO mask_file (sample, au, kind, path) VALUES (?, ?, ?, ?)")
  }

  /// Adds a sample at the next position; returns its row id.
  ///
  /// - Throws: `SQLiteError` if its path is there already, its split is none, or a number is NaN.
  @discardableResult
  public func add(_ record: SampleRecord) throws -> Int64 {
    try run(
      sample, dataset, count, record.split, record.subject, record.sequence, record.frame,
      record.path, record.width, record.height, record.stamp?.bytes, record.stamp?.modified)
    let id = catalogue.lastInsertedRow
    count += 1
    try say(record, of: id)
    return id
  }

  /// Inserts what is said of a sample besides its picture.
  func say(_ record: SampleRecord, of id: Int64) throws {
    for (task, name) in record.labels { try run(label, id, task, name.lowercased()) }
    for (name, value) in record.scores { try run(score, id, name, value) }
    for coding in record.codings {
      try run(sampleCoding, id, try row(of: coding))
      for unit in coding.present { try run(au, id, unit.au, coding.source, unit.intensity) }
    }
    for set in record.landmarks {
      try run(landmarks, id, set.source, json(set.points))
    }
    for file in record.masks { try run(mask, id, file.au, file.kind.rawValue, file.path) }
  }

  /// Notes a record of the source that could not be taken.
  ///
  /// - Parameters:
  ///   - file: Where it stands, relative to the data set's root.
  ///   - line: The line, counted from 1.
  ///   - reason: Why.
  /// - Throws: `SQLiteError` if it cannot be written.
  public func reject(file: String, line: Int?, reason: String) throws {
    try catalogue.run(
      "INSERT INTO rejected (dataset, file, line, reason) VALUES (?, ?, ?, ?)", dataset, file,
      line, reason)
  }

  /// `[[x,y],…]`, in the shortest digits that give the same numbers back.
  private func json(_ points: [SIMD2<Double>]) -> String {
    var text = "["
    for point in points {
      text += text.utf8.count > 1 ? ",[" : "["
      text += point.x.description
      text += ","
      text += point.y.description
      text += "]"
    }
    return text + "]"
  }

  /// The row id of a set of coded action units, made when it is first met.
  private func row(of coding: SampleRecord.Coding) throws -> Int64 {
    let aus = Set(coding.coded).sorted().map(String.init).joined(separator: ",")
    let key = coding.source + "\0" + aus
    if let id = codings[key] { return id }
    try catalogue.run(
      "INSERT OR IGNORE INTO coding (source, aus) VALUES (?, ?)", coding.source, "[\(aus)]")
    let found = try catalogue.value(
      "SELECT id FROM coding WHERE source = ? AND aus = ?", coding.source, "[\(aus)]")
    guard let id = found.int.map(Int64.init) else {
      throw WarehouseError(.damaged, "coding", "the catalogue did not keep what was inserted")
    }
    codings[key] = id
    return id
  }

  private func run(_ statement: Statement, _ parameters: any SQLiteBindable...) throws {
    defer { statement.reset() }
    try statement.bind(parameters)
    _ = try statement.step()
  }
}
