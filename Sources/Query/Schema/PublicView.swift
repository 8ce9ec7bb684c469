/// A view or table function that users may rely on, with what its columns mean.
public struct PublicView: Sendable, Equatable {
  /// A column of a view.
  public struct Column: Sendable, Equatable {
    /// The column's name.
    public let name: String
    /// `text`, `integer` or `real`.
    public let type: String
    /// What it holds, in one line.
    public let description: String
  }

  /// The view's name.
  public let name: String
  /// What a row is, in one line.
  public let description: String
  /// The columns, in their order.
  public let columns: [Column]
  /// The arguments of a table function; none of a view.
  public let arguments: [Column]

  init(
    _ name: String, _ description: String, _ columns: [(String, String, String)],
    arguments: [(String, String, String)] = []
  ) {
    self.name = name
    self.description = description
    self.columns = columns.map { Column(name: $0.0, type: $0.1, description: $0.2) }
    self.arguments = arguments.map { Column(name: $0.0, type: $0.1, description: $0.2) }
  }

  /// The name, with the arguments of a table function: how a statement writes it.
  public var call: String {
    arguments.isEmpty ? name : "\(name)(\(arguments.map(\.name).joined(separator: ", ")))"
  }

  /// Whether rows of the view belong to samples.
  var hasSamples: Bool { columns.contains { $0.name == "sample_id" } }
}
