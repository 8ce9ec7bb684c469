/// One SQL statement with the values of its named parameters.
public struct SQLStatement: Sendable, Equatable, CustomStringConvertible {
  /// The value of one named parameter.
  public struct Parameter: Sendable, Equatable {
    /// The name, without `:`.
    public let name: String
    /// The value.
    public let value: Cell

    /// A parameter.
    public init(_ name: String, _ value: Cell) {
      self.name = name
      self.value = value
    }
  }

  /// The statement, which names its parameters `:name`.
  public let sql: String
  /// The values of the parameters.
  public let parameters: [Parameter]

  /// A statement with its parameters.
  public init(_ sql: String, _ parameters: [Parameter] = []) {
    self.sql = sql
    self.parameters = parameters
  }

  /// The statement and, as comments, its parameters in the way `lethe sql` takes them: it can be
  /// pasted there and gives the same rows.
  public var description: String {
    let values = parameters.map { "\n-- -p \(SQLStatement.shellQuoted($0))" }.joined()
    return sql + ";" + values
  }

  private static func shellQuoted(_ parameter: Parameter) -> String {
    let text: String
    switch parameter.value {
    case .null: text = ""
    case .integer(let value): text = String(value)
    case .real(let value): text = NumberText.exact(value)
    case .text(let value):
      // Quotes inside keep text that looks like a number text.
      text = ParameterText.value(of: value) == .text(value) ? value : "'\(value)'"
    case .blob(let bytes): text = NumberText.hexadecimal(bytes)
    }
    let argument = "\(parameter.name)=\(text)"
    let isPlain = argument.utf8.allSatisfy { byte in
      (48...57).contains(byte) || (65...90).contains(byte) || (97...122).contains(byte)
        || [43, 44, 45, 46, 47, 58, 61, 95].contains(byte)
    }
    if isPlain { return argument }
    return "'"
      + argument.split(separator: "'", omittingEmptySubsequences: false)
      .joined(separator: "'\\''") + "'"
  }
}
