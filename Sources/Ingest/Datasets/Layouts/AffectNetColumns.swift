/// What each column of AffectNet's lists means, and a record read by it.
///
/// Met in the wild, and understood: no header; the 136 landmark coordinates in columns of their own;
/// face boxes below 0 and valence or arousal −2, which say that there is none.
struct AffectNetColumns {
  private static let names = [
    "subdirectory_filepath", "face_x", "face_y", "face_width", "face_height", "facial_landmarks",
    "expression", "valence", "arousal",
  ]
  /// The usual order.
  static let standard = AffectNetColumns(order: names)

  private let order: [String]
  private let landmarks: Int

  private init(order: [String]) {
    self.order = order
    landmarks = order.firstIndex(of: "facial_landmarks") ?? order.count
  }

  /// The columns that a first line names; nil if it is a record already.
  init?(header: [String]) {
    let lower = header.map { $0.lowercased() }
    guard lower.contains("subdirectory_filepath") else { return nil }
    self.init(order: lower)
  }

  /// The record of a row.
  ///
  /// - Throws: `BadRecord` if its path or expression cannot be used.
  func record(
    _ fields: [String], pictures: String, into sink: RecordSink
  ) throws -> PictureRecord {
    let path = try value("subdirectory_filepath", fields) { $0.isEmpty ? nil : $0 }
    guard let path, let plain = DatasetRoot.normalised("\(pictures)/\(path)"),
      plain.hasPrefix(pictures + "/")
    else { throw BadRecord("\(BadRecord.quoted(path ?? "")) is no path of a picture") }
    var record = PictureRecord(path: plain)
    guard sink.wantsLabels else { return record }
    try AffectNetLabels.add(
      expression: try value("expression", fields) { $0 } ?? "", to: &record, sink)
    for name in ["valence", "arousal"] {
      if let number = number(name, fields), number >= -1 { record.scores[name] = number }
    }
    let box = ["face_x", "face_y", "face_width", "face_height"].map { number($0, fields) }
    if let width = box[2], let height = box[3], width > 0, height > 0, let x = box[0],
      let y = box[1]
    {
      record.scores["face_x"] = x
      record.scores["face_y"] = y
      record.scores["face_width"] = width
      record.scores["face_height"] = height
    } else {
      sink.note("no face box is given", plain)
    }
    record.landmarks = try? points(fields)
    return record
  }

  /// What is left out of a row whose picture and expression are usable.
  func unusable(_ fields: [String]) -> [String] {
    var reasons: [String] = []
    do { _ = try points(fields) } catch {
      reasons.append((error as? BadRecord)?.reason ?? "\(error)")
    }
    for name in ["valence", "arousal"] {
      let text = (try? value(name, fields) { $0 }) ?? ""
      guard !text.isEmpty else { continue }
      let number = Double(text) ?? .nan
      if !(number == -2 || (-1...1).contains(number)) {
        reasons.append("\(name): \(BadRecord.quoted(text)) is not a number −1…1, or −2 for none")
      }
    }
    return reasons
  }

  /// 68 points; none where there are no numbers.
  private func points(_ fields: [String]) throws -> [PictureRecord.Point]? {
    guard landmarks < order.count else { return nil }
    let extra = max(0, fields.count - order.count)
    guard landmarks + extra < fields.count else { return nil }
    let numbers = try fields[landmarks...landmarks + extra].flatMap { field in
      try field.split(separator: ";", omittingEmptySubsequences: true).map { word in
        let text = word.filter { $0 != " " }
        guard let number = Double(text), number.isFinite else {
          throw BadRecord("landmarks: \(BadRecord.quoted(text)) is not a number")
        }
        return number
      }
    }
    guard !numbers.isEmpty else { return nil }
    guard numbers.count == 136 else {
      throw BadRecord("landmarks: \(numbers.count) numbers where 136 should stand")
    }
    return (0..<68).map { .init(x: numbers[2 * $0], y: numbers[2 * $0 + 1]) }
  }

  private func number(_ name: String, _ fields: [String]) -> Double? {
    let text = (try? value(name, fields) { $0 }) ?? ""
    return Double(text).flatMap { $0.isFinite && $0 <= 1e6 ? $0 : nil }
  }

  /// A field by its column's name, where landmarks may have taken more than theirs.
  private func value(
    _ name: String, _ fields: [String], _ body: (String) -> String?
  ) throws -> String? {
    guard let column = order.firstIndex(of: name) else { return nil }
    let extra = column > landmarks ? max(0, fields.count - order.count) : 0
    guard column + extra < fields.count, fields.count >= order.count else {
      throw BadRecord("\(fields.count) fields where \(order.count) should stand")
    }
    return body(fields[column + extra])
  }
}

/// The expressions of both releases of AffectNet.
enum AffectNetLabels {
  /// Adds the label of an expression, a number 0–10 or a name.
  ///
  /// 8 (none), 9 (uncertain) and 10 (no face) are samples without a label.
  ///
  /// - Throws: `BadRecord` if it is none.
  static func add(expression: String, to record: inout PictureRecord, _ sink: RecordSink) throws {
    let number = Double(expression).flatMap { Int(exactly: $0) }
    let names = [8: "none", 9: "uncertain", 10: "no face"]
    if let number, let name = names[number] {
      sink.note("expression \(number) (\(name)): no emotion label", record.path)
    } else if let label = Labels.canonical(number.map(String.init) ?? expression, task: "emotion") {
      record.labels["emotion"] = label
    } else {
      throw BadRecord("expression \(BadRecord.quoted(expression)) is none of 0–10")
    }
  }
}
