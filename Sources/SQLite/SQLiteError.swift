internal import CSQLite

/// What went wrong in SQLite: the code, its message and the statement, never the bound values.
public struct SQLiteError: Error, Sendable, Equatable, CustomStringConvertible {
  /// SQLite's extended result code, for example 2067 for a violated UNIQUE constraint.
  public let code: Int32
  /// SQLite's own message.
  public let message: String
  /// The statement that failed, if there was one.
  public let sql: String?

  /// An error with SQLite's code, message and the statement.
  public init(code: Int32, message: String, sql: String? = nil) {
    self.code = code
    self.message = message
    self.sql = sql
  }

  /// The error of a statement that a progress handler or `interrupt()` stopped.
  public static let interrupted = SQLiteError(code: SQLITE_INTERRUPT, message: "interrupted")

  /// The primary result code: the low byte of `code`.
  public var primaryCode: Int32 { code & 0xff }

  /// Whether a progress handler or `interrupt()` stopped the statement.
  public var isInterrupted: Bool { primaryCode == SQLITE_INTERRUPT }

  /// Whether another connection holds the lock.
  public var isBusy: Bool { primaryCode == SQLITE_BUSY }

  /// Whether the file is something else than a database.
  public var isNotADatabase: Bool { primaryCode == SQLITE_NOTADB }

  /// Whether the database contradicts itself.
  public var isCorrupt: Bool { primaryCode == SQLITE_CORRUPT }

  /// Whether an authorizer refused the statement.
  public var isDenied: Bool { primaryCode == SQLITE_AUTH }

  /// Whether the disk is full or a write failed.
  public var isWriteFailure: Bool {
    primaryCode == SQLITE_FULL || primaryCode == SQLITE_IOERR || primaryCode == SQLITE_READONLY
  }

  /// The message and, on a line of its own, the statement.
  public var description: String {
    guard let sql else { return message }
    return "\(message)\n  in: \(sql.count > 300 ? String(sql.prefix(300)) + "…" : sql)"
  }
}
