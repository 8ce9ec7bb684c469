internal import CSQLite

/// The values that SQLite passes to a callback.
func sqliteValues(
  _ count: Int32, _ values: UnsafeMutablePointer<OpaquePointer?>?
) -> [SQLiteValue] {
  guard let values else { return [] }
  return (0..<Int(count)).map { index in
    let value = values[index]
    switch sqlite3_value_type(value) {
    case SQLITE_INTEGER: return .integer(sqlite3_value_int64(value))
    case SQLITE_FLOAT: return .real(sqlite3_value_double(value))
    case SQLITE_TEXT:
      guard let text = sqlite3_value_text(value) else { return .null }
      let length = Int(sqlite3_value_bytes(value))
      return .text(
        String(decoding: UnsafeBufferPointer(start: text, count: length), as: UTF8.self))
    case SQLITE_BLOB:
      let length = Int(sqlite3_value_bytes(value))
      guard length > 0, let bytes = sqlite3_value_blob(value) else { return .blob([]) }
      return .blob([UInt8](UnsafeRawBufferPointer(start: bytes, count: length)))
    default: return .null
    }
  }
}

/// Gives SQLite a callback's result.
func setResult(_ value: SQLiteValue, _ context: OpaquePointer?) -> Int32 {
  let transient = lethe_sqlite_transient()
  switch value {
  case .null: sqlite3_result_null(context)
  case .integer(let value): sqlite3_result_int64(context, value)
  case .real(let value): sqlite3_result_double(context, value)
  case .text(let value):
    sqlite3_result_text64(
      context, value, UInt64(value.utf8.count), transient, UInt8(SQLITE_UTF8))
  case .blob(let value):
    if value.isEmpty {
      sqlite3_result_zeroblob(context, 0)
    } else {
      sqlite3_result_blob64(context, value, UInt64(value.count), transient)
    }
  }
  return SQLITE_OK
}

/// A text in memory that SQLite frees; nil without memory.
func sqliteText(_ text: String) -> UnsafeMutablePointer<CChar>? {
  let bytes = Array(text.utf8) + [0]
  guard let memory = sqlite3_malloc64(UInt64(bytes.count)) else { return nil }
  memory.copyMemory(from: bytes, byteCount: bytes.count)
  return memory.assumingMemoryBound(to: CChar.self)
}
