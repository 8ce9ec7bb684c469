/// What an asking command found: rows, what to say beside them, and the SQL that was run.
public struct Answer: Sendable, Equatable {
  /// Rows that were computed, or a statement that yields them one after another.
  public enum Content: Sendable, Equatable {
    /// Rows that were computed from those of the statements.
    case table(Table)
    /// Rows that a statement yields; there may be many.
    case rows(SQLStatement)
  }

  /// The rows.
  public let content: Content
  /// What a reader should know beside the rows, a sentence each, for stderr.
  public let notes: [String]
  /// The statements that the rows come from, in the order in which they were run.
  public let statements: [SQLStatement]

  init(_ table: Table, notes: [String] = [], statements: [SQLStatement]) {
    content = .table(table)
    self.notes = notes
    self.statements = statements
  }

  init(_ statement: SQLStatement, notes: [String] = []) {
    content = .rows(statement)
    self.notes = notes
    statements = [statement]
  }
}

extension ReadOnlySession {
  /// Writes an answer's rows, at most `limit` of them.
  public func write(_ answer: Answer, to writer: any RowWriter, limit: Int? = nil) throws -> Summary
  {
    switch answer.content {
    case .rows(let statement): return try write(statement, to: writer, limit: limit)
    case .table(var table):
      let all = table.rows.count
      if let limit { table.rows = Array(table.rows.prefix(max(0, limit))) }
      try writer.write(table)
      return Summary(rows: table.rows.count, isCut: table.rows.count < all)
    }
  }

  /// The rows of an answer, all at once.
  public func table(_ answer: Answer) throws -> Table {
    switch answer.content {
    case .table(let table): table
    case .rows(let statement): try table(statement)
    }
  }
}
