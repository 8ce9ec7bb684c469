import Foundation

/// Reads comma-separated values (RFC 4180) from a file in pieces, a record at a time.
///
/// Quoted fields may hold commas, quotes (doubled) and line ends; a byte-order mark is skipped;
/// `\n` and `\r\n` both end a line. Memory is bounded by the longest record.
final class CSVReader {
  /// The longest record that is accepted, in bytes.
  static let longestRecord = 4 << 20

  private let file: FileHandle
  private let name: String
  private var buffer: [UInt8] = []
  private var next = 0
  private var atEnd = false
  private(set) var line = 0
  private var nextLine = 1

  /// Opens the file; `name` is what messages call it.
  init(_ url: URL, name: String) throws {
    do { file = try FileHandle(forReadingFrom: url) } catch {
      throw IngestError(
        "\(name) cannot be read", advice: "check that it exists and its permissions")
    }
    self.name = name
    if try peek() == 0xEF, try peek(1) == 0xBB, try peek(2) == 0xBF { next += 3 }
  }

  deinit { try? file.close() }

  /// The fields of the next record, trimmed of blanks unless quoted; nil at the end.
  ///
  /// Blank lines are passed over. `line` is then the number of the record's first line.
  ///
  /// - Throws: `IngestError` if a quote never ends or a record is longer than `longestRecord`.
  func record() throws -> [String]? {
    while true {
      line = nextLine
      guard try peek() != nil else { return nil }
      let fields = try readRecord()
      if fields.count > 1 || !(fields.first ?? "").isEmpty { return fields }
    }
  }

  private func readRecord() throws -> [String] {
    var fields: [String] = []
    var field: [UInt8] = []
    var wasQuoted = false
    var length = 0
    func finish() {
      let text = String(decoding: field, as: UTF8.self)
      fields.append(wasQuoted ? text : text.trimmingCharacters(in: .whitespaces))
      field.removeAll(keepingCapacity: true)
      wasQuoted = false
    }
    while let byte = try take() {
      length += 1
      guard length <= CSVReader.longestRecord else {
        throw IngestError(
          "\(name), line \(line): a record is longer than \(CSVReader.longestRecord >> 20) MiB",
          advice: "check that the file is a CSV and that its quotes are closed")
      }
      switch byte {
      case UInt8(ascii: "\""):
        guard field.allSatisfy({ $0 == 32 || $0 == 9 }), !wasQuoted else {
          field.append(byte)
          continue
        }
        field.removeAll(keepingCapacity: true)
        wasQuoted = true
        length += try readQuoted(into: &field)
      case UInt8(ascii: ","): finish()
      case UInt8(ascii: "\r") where try peek() == UInt8(ascii: "\n"): continue
      case UInt8(ascii: "\n"), UInt8(ascii: "\r"):
        nextLine += 1
        finish()
        return fields
      default:
        if !(wasQuoted && (byte == 32 || byte == 9)) { field.append(byte) }
      }
    }
    finish()
    return fields
  }

  private func readQuoted(into field: inout [UInt8]) throws -> Int {
    var length = 0
    while let byte = try take() {
      length += 1
      if byte == UInt8(ascii: "\"") {
        guard try peek() == UInt8(ascii: "\"") else { return length }
        next += 1
      }
      if byte == UInt8(ascii: "\n") { nextLine += 1 }
      field.append(byte)
      guard length <= CSVReader.longestRecord else { break }
    }
    throw IngestError(
      "\(name), line \(line): a quoted field does not end",
      advice: "close the quote, or double a quote that belongs to the text")
  }

  private func take() throws -> UInt8? {
    guard let byte = try peek() else { return nil }
    next += 1
    return byte
  }

  private func peek(_ ahead: Int = 0) throws -> UInt8? {
    while next + ahead >= buffer.count {
      guard !atEnd else { return nil }
      buffer.removeFirst(min(next, buffer.count))
      next = 0
      let piece = try file.read(upToCount: 1 << 18) ?? Data()
      if piece.isEmpty { atEnd = true }
      buffer.append(contentsOf: piece)
    }
    return buffer[next + ahead]
  }
}
