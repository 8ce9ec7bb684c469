/// A figure of answers, with what to say beside it and the SQL that was run.
public struct Plot: Sendable, Equatable {
  /// The picture.
  public let figure: Figure
  /// What a reader should know beside the picture, a sentence each, for stderr.
  public let notes: [String]
  /// The statements that the figure comes from, in the order in which they were run.
  public let statements: [SQLStatement]
}

/// A table read by the names of its columns.
struct PlotRows {
  private let table: Table

  init(_ table: Table) { self.table = table }

  /// One row.
  struct Row {
    fileprivate let cells: [String: Cell]

    func text(_ column: String) -> String { cells[column]?.string ?? "" }
    func number(_ column: String) -> Double? { cells[column]?.double }
    func count(_ column: String) -> Int { cells[column]?.int ?? 0 }
  }

  var rows: [Row] {
    table.rows.map { row in
      Row(cells: Dictionary(zip(table.columns, row), uniquingKeysWith: { first, _ in first }))
    }
  }
}
