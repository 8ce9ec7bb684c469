import Foundation

/// Numbers as text, the same on every machine and in every locale.
enum NumberText {
  /// The shortest decimal that reads back as the same number.
  static func exact(_ value: Double) -> String {
    // 2.0 is written 2.0, so that a column of floats stays one when it is read back.
    value.description
  }

  /// At most six significant digits, for a person.
  static func rounded(_ value: Double) -> String {
    guard value.isFinite else { return value.description }
    return String(format: "%.6g", value)
  }

  /// Three significant digits, for a sentence.
  static func brief(_ value: Double) -> String { String(format: "%.3g", value) }

  /// Bytes as hexadecimal digits.
  static func hexadecimal(_ bytes: [UInt8]) -> String {
    let digits = Array("0123456789abcdef".utf8)
    return String(
      decoding: bytes.flatMap { [digits[Int($0 >> 4)], digits[Int($0 & 15)]] }, as: UTF8.self)
  }
}
