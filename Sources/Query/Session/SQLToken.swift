/// A token of SQL text: enough to find names and parameters, not to parse.
struct SQLToken: Equatable {
  enum Kind { case word, quotedName, string, number, parameter, symbol }

  let kind: Kind
  let text: String
  /// Where it begins, in UTF-8 bytes.
  let offset: Int

  /// The tokens of `sql`, without white space and comments.
  static func tokens(of sql: String) -> [SQLToken] {
    let bytes = Array(sql.utf8)
    var tokens: [SQLToken] = []
    var at = 0
    while at < bytes.count {
      let start = at
      let kind = next(bytes, &at)
      if let kind {
        let text = String(decoding: bytes[start..<at], as: UTF8.self)
        tokens.append(SQLToken(kind: kind, text: text, offset: start))
      }
    }
    return tokens
  }

  /// Moves past one token, comment or blank; nil for the latter two.
  private static func next(_ bytes: [UInt8], _ at: inout Int) -> Kind? {
    let byte = bytes[at]
    let following = at + 1 < bytes.count ? bytes[at + 1] : 0
    switch byte {
    case 0x20, 0x09, 0x0a, 0x0c, 0x0d:
      at += 1
      return nil
    case UInt8(ascii: "-") where following == UInt8(ascii: "-"):
      while at < bytes.count, bytes[at] != 0x0a { at += 1 }
      return nil
    case UInt8(ascii: "/") where following == UInt8(ascii: "*"):
      at += 2
      while at < bytes.count,
        !(bytes[at] == UInt8(ascii: "/") && bytes[at - 1] == UInt8(ascii: "*"))
      {
        at += 1
      }
      at = min(at + 1, bytes.count)
      return nil
    case UInt8(ascii: "'"): return skipQuoted(bytes, &at, until: byte, .string)
    case UInt8(ascii: "\""), UInt8(ascii: "`"):
      return skipQuoted(bytes, &at, until: byte, .quotedName)
    case UInt8(ascii: "["): return skipQuoted(bytes, &at, until: UInt8(ascii: "]"), .quotedName)
    case UInt8(ascii: "?"), UInt8(ascii: ":"), UInt8(ascii: "@"), UInt8(ascii: "$"):
      at += 1
      while at < bytes.count, isWordByte(bytes[at]) { at += 1 }
      return .parameter
    case _ where isWordByte(byte):
      while at < bytes.count, isWordByte(bytes[at]) { at += 1 }
      return (48...57).contains(byte) ? .number : .word
    default:
      at += 1
      return .symbol
    }
  }

  /// Moves past a quoted text in which a doubled closing quote stands for itself.
  private static func skipQuoted(
    _ bytes: [UInt8], _ at: inout Int, until close: UInt8, _ kind: Kind
  ) -> Kind {
    at += 1
    while at < bytes.count {
      if bytes[at] == close {
        at += 1
        guard close != UInt8(ascii: "]"), at < bytes.count, bytes[at] == close else { return kind }
      }
      at += 1
    }
    return kind
  }

  private static func isWordByte(_ byte: UInt8) -> Bool {
    (48...57).contains(byte) || (65...90).contains(byte) || (97...122).contains(byte)
      || byte == 0x5f || byte >= 0x80
  }
}
