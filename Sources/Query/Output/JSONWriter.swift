/// JSON objects (RFC 8259), in one array or one a line; keys are the columns in their order.
///
/// Undefined, infinite and NaN are null; bytes are a string of hexadecimal digits.
final class JSONWriter: RowWriter {
  enum Style { case array, lines }

  private let output: BufferedOutput
  private let style: Style
  private var keys: [String] = []
  private var isFirst = true

  init(_ output: BufferedOutput, style: Style) {
    self.output = output
    self.style = style
  }

  func begin(columns: [String]) throws {
    keys = columns.map { JSONWriter.string($0) + ":" }
    if style == .array { try output.write("[") }
  }

  func write(_ row: [Cell]) throws {
    if style == .array { try output.write(isFirst ? "\n" : ",\n") }
    isFirst = false
    try output.write(
      "{" + zip(keys, row).map { $0 + JSONWriter.value($1) }.joined(separator: ",") + "}")
    if style == .lines { try output.write("\n") }
  }

  func end() throws {
    if style == .array { try output.write(isFirst ? "]\n" : "\n]\n") }
    try output.flush()
  }

  static func value(_ cell: Cell) -> String {
    switch cell {
    case .null: "null"
    case .integer(let value): String(value)
    case .real(let value): value.isFinite ? NumberText.exact(value) : "null"
    case .text(let value): string(value)
    case .blob(let value): "\"" + NumberText.hexadecimal(value) + "\""
    }
  }

  static func string(_ text: String) -> String {
    var quoted = "\""
    for scalar in text.unicodeScalars {
      switch scalar {
      case "\"": quoted += "\\\""
      case "\\": quoted += "\\\\"
      case "\n": quoted += "\\n"
      case "\r": quoted += "\\r"
      case "\t": quoted += "\\t"
      case _ where scalar.value < 0x20 || scalar.value == 0x7f:
        let digits = String(scalar.value, radix: 16)
        quoted += "\\u" + String(repeating: "0", count: 4 - digits.count) + digits
      default: quoted.unicodeScalars.append(scalar)
      }
    }
    return quoted + "\""
  }
}
