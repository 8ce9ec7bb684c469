import Foundation
import Warehouse

/// What each column of a `csv` data set means, and a record read by it.
struct CSVColumns {
  private enum Meaning: Hashable {
    case path, subject, sequence, frame, split, unknown
    case label(String)
    case score(String)
    case au(Int)
    case landmark(Int, isX: Bool)
    case mask(Int)
    case region(Int)
  }

  private let meanings: [Meaning]
  private let names: [String]
  private let landmarkCount: Int
  /// Columns that are not read.
  let unknown: [String]

  /// - Throws: `IngestError` if `path` is missing or a column occurs twice.
  init(header: [String], file: String) throws {
    let meanings = header.map { CSVColumns.meaning(of: $0.lowercased()) }
    guard meanings.contains(.path) else {
      throw IngestError(
        "\(file), line 1: there is no column `path` among \(header.joined(separator: ", "))",
        advice: "name the column with the pictures' paths `path`")
    }
    var seen: Set<Meaning> = []
    for (meaning, name) in zip(meanings, header) where meaning != .unknown {
      guard seen.insert(meaning).inserted else {
        throw IngestError(
          "\(file), line 1: column `\(name)` occurs twice", advice: "rename or remove one of them")
      }
    }
    let xs = Set(meanings.compactMap { if case .landmark(let i, true) = $0 { i } else { nil } })
    let ys = Set(meanings.compactMap { if case .landmark(let i, false) = $0 { i } else { nil } })
    guard xs == ys, xs == Set(0..<xs.count), [0, 66, 68].contains(xs.count) else {
      throw IngestError(
        "\(file), line 1: the landmark columns are not x0,y0 … x67,y67 (68 or 66 points)",
        advice: "give every point both an x and a y column")
    }
    self.meanings = meanings
    names = header
    landmarkCount = xs.count
    unknown = zip(meanings, header).filter { $0.0 == .unknown }.map(\.1)
  }

  /// The record of a row.
  ///
  /// - Throws: `BadRecord` with the column and the text that cannot be used.
  func record(_ fields: [String]) throws -> PictureRecord {
    var record = PictureRecord(path: "")
    var coded: [Int] = []
    var present: [Int: Double?] = [:]
    var points = [Double?](repeating: nil, count: landmarkCount * 2)
    for (column, field) in fields.enumerated() where !field.isEmpty {
      switch meanings[column] {
      case .unknown: continue
      case .path: record.path = try relativePath(field, column)
      case .subject: record.subject = field
      case .sequence: record.sequence = field
      case .frame:
        guard let frame = Int(field), frame >= 0 else { throw bad(field, column, "a frame number") }
        record.frame = frame
      case .split:
        guard let split = CSVColumns.split(field) else {
          throw bad(field, column, "train, val or test")
        }
        record.split = split
      case .label(let task):
        guard let label = Labels.canonical(field, task: task) else {
          throw bad(field, column, "a label of the task \(task)")
        }
        record.labels[task] = label
      case .score(let name): record.scores[name] = try number(field, column)
      case .au(let au):
        let intensity = try number(field, column)
        guard (0...5).contains(intensity) else { throw bad(field, column, "an intensity 0–5") }
        coded.append(au)
        if intensity > 0 { present[au] = intensity }
      case .landmark(let index, let isX):
        points[index * 2 + (isX ? 0 : 1)] = try number(field, column)
      case .mask(let au):
        record.masks.append(.init(au: au, kind: .mask, path: try relativePath(field, column)))
      case .region(let au):
        record.masks.append(.init(au: au, kind: .region, path: try relativePath(field, column)))
      }
    }
    guard !record.path.isEmpty else { throw BadRecord("the column `path` is empty") }
    if !coded.isEmpty { record.coding = .init(coded: coded.sorted(), present: present) }
    record.landmarks = try landmarks(points)
    return record
  }

  private func landmarks(_ points: [Double?]) throws -> [PictureRecord.Point]? {
    let given = points.compactMap { $0 }
    guard !given.isEmpty else { return nil }
    guard given.count == points.count else {
      throw BadRecord("\(given.count) of \(points.count) landmark coordinates are given")
    }
    return stride(from: 0, to: given.count, by: 2).map { .init(x: given[$0], y: given[$0 + 1]) }
  }

  private func number(_ field: String, _ column: Int) throws -> Double {
    guard let value = Double(field), value.isFinite else { throw bad(field, column, "a number") }
    return value
  }

  private func relativePath(_ field: String, _ column: Int) throws -> String {
    guard let path = DatasetRoot.normalised(field) else {
      throw bad(field, column, "a path below the data set's folder")
    }
    return path
  }

  private func bad(_ field: String, _ column: Int, _ wanted: String) -> BadRecord {
    BadRecord("column `\(names[column])`: \(BadRecord.quoted(field)) is not \(wanted)")
  }

  static func split(_ text: String) -> String? {
    switch text.lowercased() {
    case "train", "training": "train"
    case "val", "validation", "valid", "dev": "val"
    case "test", "testing": "test"
    default: nil
    }
  }

  private static func meaning(of name: String) -> Meaning {
    func number(after prefix: String) -> Int? {
      guard name.hasPrefix(prefix) else { return nil }
      let digits = name.dropFirst(prefix.count)
      guard !digits.isEmpty, digits.allSatisfy({ ("0"..."9").contains($0) }) else { return nil }
      return Int(digits).flatMap { $0 < 1000 ? $0 : nil }
    }
    switch name {
    case "path": return .path
    case "subject": return .subject
    case "sequence": return .sequence
    case "frame": return .frame
    case "split": return .split
    case "emotion", "pain": return .label(name)
    case "pspi", "valence", "arousal", "vas": return .score(name)
    default: break
    }
    if let au = number(after: "mask_au") { return .mask(au) }
    if let au = number(after: "region_au") { return .region(au) }
    if let au = number(after: "au"), au > 0 { return .au(au) }
    if let point = number(after: "x") { return .landmark(point, isX: true) }
    if let point = number(after: "y") { return .landmark(point, isX: false) }
    if name.hasPrefix("label_"), name.count > 6 { return .label(String(name.dropFirst(6))) }
    return .unknown
  }
}
