internal import Warehouse

/// Where exported rows come from: columns that stand, the same in every row, after their own.
public struct Provenance: Sendable, Equatable {
  /// The names of the columns.
  public static let columns = [
    "lethe_version", "warehouse_version", "command", "statement_sha256",
  ]

  let values: [Cell]

  /// The provenance of the rows of a statement.
  ///
  /// - Parameters:
  ///   - version: The version of lethe.
  ///   - command: The command line that writes the rows.
  ///   - statement: The statement, whose digest covers its text and parameters.
  ///   - session: Tells the version of the warehouse's layout.
  /// - Throws: `QueryError` if the warehouse cannot be read.
  public init(
    version: String, command: String, statement: SQLStatement, in session: ReadOnlySession
  ) throws {
    let layout = try session.table(SQLStatement("PRAGMA user_version")).rows.first?.first ?? .null
    values = [
      .text(version), layout, .text(command),
      .text(TextDigest.sha256(statement.description)),
    ]
  }

  /// A writer that adds the columns to those of another.
  public func writer(before writer: any RowWriter) -> any RowWriter {
    ProvenanceWriter(writer, values)
  }
}

private final class ProvenanceWriter: RowWriter {
  private let writer: any RowWriter
  private let values: [Cell]

  init(_ writer: any RowWriter, _ values: [Cell]) {
    self.writer = writer
    self.values = values
  }

  func begin(columns: [String]) throws {
    try writer.begin(columns: Table.unique(columns + Provenance.columns))
  }

  func write(_ row: [Cell]) throws { try writer.write(row + values) }

  func end() throws { try writer.end() }
}
