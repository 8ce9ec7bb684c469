import Foundation

/// A text of numbers, some a line, as FACS codes, pain scores and landmarks are kept.
///
/// Numbers stand between blanks, tabs, commas or semicolons; lines without any are passed over.
struct NumberLines {
  /// The numbers of a line.
  struct Line {
    /// Counted from 1.
    let number: Int
    let values: [Double]
  }

  let lines: [Line]

  /// The numbers of a text.
  ///
  /// - Throws: `BadRecord` with the line of what is no finite number.
  init(_ bytes: [UInt8]) throws {
    var bytes = bytes[...]
    if bytes.starts(with: [0xEF, 0xBB, 0xBF]) { bytes = bytes.dropFirst(3) }
    var lines: [Line] = []
    let separators: Set<UInt8> = [0x20, 0x09, 0x0D, 0x2C, 0x3B]
    for (index, line) in bytes.split(separator: 0x0A, omittingEmptySubsequences: false).enumerated()
    {
      let words = line.split { separators.contains($0) }
      guard !words.isEmpty else { continue }
      let values = try words.map { word in
        let text = String(decoding: word, as: UTF8.self)
        guard let value = Double(text), value.isFinite else {
          throw BadRecord("\(BadRecord.quoted(text)) is not a number", line: index + 1)
        }
        return value
      }
      lines.append(Line(number: index + 1, values: values))
    }
    self.lines = lines
  }

  /// The one number of the text, within a range.
  ///
  /// - Throws: `BadRecord` if it has none, several, or one out of range.
  func number(in range: ClosedRange<Double>, what: String) throws -> Double {
    guard let first = lines.first, lines.count == 1, first.values.count == 1 else {
      throw BadRecord(
        lines.isEmpty ? "the file is empty where \(what) should stand" : "it is not one number",
        line: lines.first?.number)
    }
    guard range.contains(first.values[0]) else {
      throw BadRecord("\(first.values[0]) is not \(what)", line: first.number)
    }
    return first.values[0]
  }

  /// Points, one a line: 66 or 68.
  ///
  /// - Throws: `BadRecord` for any other number of lines, and for lines that are not x and y.
  func landmarks() throws -> [PictureRecord.Point] {
    guard !lines.isEmpty else { throw BadRecord("the landmark file is empty") }
    if let bad = lines.first(where: { $0.values.count != 2 }) {
      throw BadRecord("\(bad.values.count) numbers where x and y should stand", line: bad.number)
    }
    guard [66, 68].contains(lines.count) else {
      throw BadRecord("\(lines.count) landmarks are neither 66 nor 68")
    }
    return lines.map { .init(x: $0.values[0], y: $0.values[1]) }
  }
}
