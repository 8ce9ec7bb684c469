/// The values of one command line, read by the keys that declared them.
public struct ArgumentValues: Sendable {
  private let values: [String: any Sendable]
  private let given: Set<String>

  init(values: [String: any Sendable], given: Set<String>) {
    self.values = values
    self.given = given
  }

  /// The value of a parameter of this command.
  ///
  /// A key that the command's table does not hold is a mistake in the program and traps.
  public subscript<Key: ParameterKey>(_ key: Key) -> Key.Value {
    guard let value = values[key.parameter.id] as? Key.Value else {
      preconditionFailure("'\(key.parameter.displayName)' is not in the table of this command")
    }
    return value
  }

  /// Whether the user gave the parameter, on the command line or by the environment.
  public func isGiven<Key: ParameterKey>(_ key: Key) -> Bool { given.contains(key.parameter.id) }
}
