internal import SQLite

/// What is wrong with a statement that does not prepare: the place, and what may have been meant.
struct SQLDiagnosis {
  let queryError: QueryError

  /// The answer to a statement that would change something.
  static let refused = QueryError.usage(
    "the statement is refused: asking is read-only (SELECT, EXPLAIN and describing PRAGMAs)")

  init(_ error: SQLiteError, in sql: String, on connection: Connection) {
    if error.isDenied {
      queryError = SQLDiagnosis.refused
      return
    }
    // SQLITE_ERROR: the text is wrong; anything else is the database's trouble.
    guard error.primaryCode == 1 || error.primaryCode == 21 else {
      queryError = .failed("the statement cannot be prepared: \(error.message)")
      return
    }
    let message = error.message
    let word = SQLDiagnosis.word(of: message)
    var text = message
    if let word {
      // A qualified name is looked for by its last part.
      let name = word.split(separator: ".").last.map(String.init) ?? word
      text += NearNames.question(name, among: SQLDiagnosis.names(for: message, on: connection))
      if let offset = SQLDiagnosis.place(of: name, message, in: sql, on: connection) {
        text += "\n" + SQLDiagnosis.pointer(to: offset, in: sql)
      }
    }
    queryError = .usage(text)
  }

  /// The name or token that SQLite's message is about.
  private static func word(of message: String) -> String? {
    if message.hasPrefix("near \""), let end = message.lastIndex(of: "\"") {
      let start = message.index(message.startIndex, offsetBy: 6)
      return start < end ? String(message[start..<end]) : nil
    }
    for prefix in [
      "no such column: ", "no such table: ", "no such function: ", "ambiguous column name: ",
    ]
    where message.hasPrefix(prefix) {
      return String(message.dropFirst(prefix.count))
    }
    return nil
  }

  /// The names that could have been meant, by what was missing.
  private static func names(for message: String, on connection: Connection) -> [String] {
    let sql: String
    if message.hasPrefix("no such column") {
      return (PublicView.all + PublicView.functions).flatMap { $0.columns.map(\.name) }
    } else if message.hasPrefix("no such table") {
      sql = """
        SELECT name FROM sqlite_schema WHERE type IN ('table', 'view')
        UNION SELECT name FROM pragma_module_list WHERE name LIKE 'activation%'
        """
    } else if message.hasPrefix("no such function") {
      sql = "SELECT DISTINCT name FROM pragma_function_list"
    } else {
      return []
    }
    return ((try? connection.rows(sql)) ?? []).compactMap { $0.first?.string }
  }

  /// The first token that the message can be about.
  ///
  /// For a syntax error: the first at which the text up to it already fails in the same way.
  private static func place(
    of name: String, _ message: String, in sql: String, on connection: Connection
  ) -> Int? {
    let found = SQLToken.tokens(of: sql).filter {
      $0.text.lowercased() == name.lowercased()
        || $0.kind == .quotedName && $0.text.dropFirst().dropLast() == name
    }
    guard message.hasPrefix("near "), found.count > 1 else { return found.first?.offset }
    let bytes = Array(sql.utf8)
    for token in found.prefix(50) {
      let end = token.offset + token.text.utf8.count
      do {
        _ = try connection.prepare(String(decoding: bytes[..<end], as: UTF8.self))
      } catch  where error.message == message {
        return token.offset
      } catch {
        continue
      }
    }
    return nil
  }

  /// The line of the text with a mark under the place.
  private static func pointer(to offset: Int, in sql: String) -> String {
    let bytes = Array(sql.utf8)
    let start = (bytes[..<offset].lastIndex(of: 0x0a) ?? -1) + 1
    let end = bytes[offset...].firstIndex(of: 0x0a) ?? bytes.count
    let number = bytes[..<offset].count { $0 == 0x0a } + 1
    let line = DisplayText.visible(String(decoding: bytes[start..<end], as: UTF8.self))
    let before = DisplayText.visible(String(decoding: bytes[start..<offset], as: UTF8.self))
    let label = "  line \(number): "
    return label + line + "\n"
      + String(repeating: " ", count: label.count + DisplayText.width(before)) + "^"
  }
}
