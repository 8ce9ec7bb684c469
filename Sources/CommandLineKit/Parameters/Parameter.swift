/// One row of a command's table, without its Swift type: what the user sees of a parameter.
public struct Parameter: Sendable {
  /// How a parameter is written on the command line.
  public enum Kind: Sendable, Equatable {
    /// By its place.
    case positional
    /// `--name VALUE`.
    case option
    /// One name a value and nothing behind it: `--name`, `--no-name`, or `--csv`, `--json`, ….
    case flag
  }

  /// One spelling of an option or a flag.
  public struct Name: Sendable, Equatable {
    /// The name after the two dashes.
    public let long: String
    /// The letter after the single dash.
    public let short: Character?
    /// What a flag of this name stands for: the raw value handed to the decoder.
    public let flagValue: String
    /// A line of help for this spelling alone; nil: that of the parameter.
    public let help: String?
  }

  /// How the parameter is written.
  public let kind: Kind
  /// Identifies the parameter in its command; the long name, or the name of the place.
  public let id: String
  /// The spellings; empty for positional arguments.
  public let names: [Name]
  /// What stands for the value in usage lines, in capitals.
  public let valueName: String
  /// What the parameter is for.
  public let help: String
  /// The heading that the parameter stands under; nil: the usual one of its kind.
  public internal(set) var group: String?
  /// The default as a user would type it; nil: none that is worth showing.
  public let defaultText: String?
  /// The accepted values; empty: any of its type.
  public let choices: [String]
  /// What the shell offers for the value.
  public let completion: CompletionKind
  /// Whether it must be given.
  public let isRequired: Bool
  /// Whether several values are collected.
  public let isRepeating: Bool
  /// The environment variable that is read when the parameter is not given.
  public let environment: String?
  /// Whether the help leaves it out.
  public let isHidden: Bool

  /// Turns the raw values (none: not given) into the typed value.
  let decode: @Sendable ([String]) throws(ValueError) -> any Sendable

  /// The spelling that messages use: `--split`, or `BEFORE`.
  public var displayName: String {
    kind == .positional ? valueName : "--\(names.first?.long ?? id)"
  }
}

/// Why a raw value cannot be taken.
struct ValueError: Error {
  /// The value as it was typed.
  let value: String
  /// What was expected, as the end of a sentence.
  let reason: String
}

/// What a table of parameters is made of.
public protocol ParameterConvertible: Sendable {
  /// The rows it stands for.
  var parameters: [Parameter] { get }
}

/// A typed key into the values of a command.
public protocol ParameterKey<Value>: ParameterConvertible {
  /// The type of the parsed value.
  associatedtype Value: Sendable
  /// The row of the table.
  var parameter: Parameter { get }
}

extension ParameterKey {
  /// The one row of this key.
  public var parameters: [Parameter] { [parameter] }
}

/// Parameters that stand under one heading of the help, often shared by several commands.
public struct OptionGroup: ParameterConvertible {
  /// The rows, each with its heading set.
  public let parameters: [Parameter]

  /// Puts parameters under a heading.
  public init(_ title: String, _ members: [any ParameterConvertible]) {
    parameters = members.flatMap(\.parameters).map {
      var parameter = $0
      parameter.group = title
      return parameter
    }
  }
}
