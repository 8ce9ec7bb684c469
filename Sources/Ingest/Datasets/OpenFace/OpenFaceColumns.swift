/// What the columns of a CSV of OpenFace 2 mean.
///
/// Their names have blanks around them, and their case counts: `x_0` is a pixel, `X_0` a length in
/// millimetres.
struct OpenFaceColumns {
  /// Action units with an intensity (`AU01_r`), by column.
  let intensities: [(au: Int, column: Int)]
  /// Action units with a presence (`AU01_c`), by column.
  let presences: [(au: Int, column: Int)]
  /// x and y of 68 points; none where there are none, or not all.
  let points: [Int]
  let frame: Int?
  let confidence: Int?
  let success: Int?
  /// A column that names the picture.
  let name: Int?
  /// Columns of the header.
  let count: Int

  /// The columns of a header; nil if it names no action unit.
  init?(_ header: [String]) {
    var columns: [String: Int] = [:]
    for (index, name) in header.enumerated() where columns[name] == nil { columns[name] = index }
    func units(_ suffix: String) -> [(au: Int, column: Int)] {
      columns.compactMap { name, column in
        guard name.hasPrefix("AU"), name.hasSuffix(suffix),
          let au = Int(name.dropFirst(2).dropLast(2)), (1..<1000).contains(au)
        else { return nil }
        return (au, column)
      }.sorted { $0.au < $1.au }
    }
    intensities = units("_r")
    presences = units("_c")
    guard !intensities.isEmpty || !presences.isEmpty else { return nil }
    let found = (0..<68).flatMap { [columns["x_\($0)"], columns["y_\($0)"]] }
    points = found.contains(nil) ? [] : found.compactMap { $0 }
    frame = columns["frame"]
    confidence = columns["confidence"]
    success = columns["success"]
    name = ["filename", "file", "image", "path", "name"].lazy.compactMap { columns[$0] }.first
    count = header.count
  }
}

/// What OpenFace says of a face.
struct OpenFaceRow: Sendable, Equatable {
  /// The least confidence with which a row counts.
  static let leastConfidence = 0.75

  var confidence: Double
  var coding: PictureRecord.Coding
  var landmarks: [PictureRecord.Point]?

  /// The row of some fields; nil where OpenFace found no face that it is sure of.
  ///
  /// - Throws: `BadRecord` if a field is no number.
  init?(_ fields: [String], _ columns: OpenFaceColumns) throws {
    guard fields.count == columns.count else {
      throw BadRecord("\(fields.count) fields where the header has \(columns.count)")
    }
    func number(_ column: Int) throws -> Double {
      guard let value = Double(fields[column]), value.isFinite else {
        throw BadRecord("\(BadRecord.quoted(fields[column])) is not a number")
      }
      return value
    }
    confidence = try columns.confidence.map(number) ?? 1
    guard confidence >= OpenFaceRow.leastConfidence,
      try columns.success.map(number) ?? 1 == 1
    else { return nil }
    let intensities = Dictionary(
      uniqueKeysWithValues: try columns.intensities.map { ($0.au, try number($0.column)) })
    let presences = Dictionary(
      uniqueKeysWithValues: try columns.presences.map { ($0.au, try number($0.column)) })
    coding = OpenFaceRow.coding(intensities, presences)
    let values = try columns.points.map(number)
    landmarks =
      values.isEmpty
      ? nil : (0..<68).map { .init(x: values[2 * $0], y: values[2 * $0 + 1]) }
  }

  /// A presence decides; where there is none, an intensity of 1 or more does.
  ///
  /// OpenFace has no AU43: AU45 stands for it too.
  private static func coding(
    _ intensities: [Int: Double], _ presences: [Int: Double]
  ) -> PictureRecord.Coding {
    var present: [Int: Double?] = [:]
    var coded = Set(intensities.keys).union(presences.keys)
    for au in coded {
      let intensity = intensities[au].map { min(5, $0) }
      guard presences[au].map({ $0 >= 0.5 }) ?? ((intensity ?? 0) >= 1) else { continue }
      let grade: Double? = (intensity ?? 0) > 0 ? intensity : nil
      present.updateValue(grade, forKey: au)
    }
    if coded.contains(45), !coded.contains(43) {
      coded.insert(43)
      if let blink = present[45] { present.updateValue(blink, forKey: 43) }
    }
    return PictureRecord.Coding(coded: coded.sorted(), present: present)
  }
}
