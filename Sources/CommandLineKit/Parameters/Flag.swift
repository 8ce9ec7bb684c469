/// A flag without a value: `--name`, or one name of a set.
public struct Flag<Value: Sendable>: ParameterKey {
  /// The row of the table.
  public let parameter: Parameter
}

/// How a flag is switched off.
public enum FlagInversion: Sendable {
  /// Not at all: it is off unless given.
  case none
  /// By `--no-NAME`.
  case prefixedNo
}

extension Flag where Value == Bool {
  /// Declares a flag that is on or off.
  public init(
    _ name: String, short: Character? = nil, help: String, inversion: FlagInversion = .none,
    default standard: Bool = false, isHidden: Bool = false
  ) {
    var names = [Parameter.Name(long: name, short: short, flagValue: "true", help: nil)]
    if inversion == .prefixedNo {
      names.append(Parameter.Name(long: "no-\(name)", short: nil, flagValue: "false", help: nil))
    }
    let defaultText = inversion == .prefixedNo ? (standard ? name : "no-\(name)") : nil
    parameter = Parameter(
      kind: .flag, id: name, names: names, valueName: "", help: help, group: nil,
      defaultText: defaultText, choices: [], completion: .none, isRequired: false,
      isRepeating: false, environment: nil, isHidden: isHidden
    ) { words throws(ValueError) in
      words.last.map { $0 == "true" } ?? standard
    }
  }
}

/// A set of flags of which one is given at most, such as `--csv` and `--json`.
public protocol EnumerableFlag: CaseIterable, RawRepresentable, Sendable
where RawValue == String {
  /// What the flag of this case is for.
  var help: String { get }
}

extension Flag {
  /// Declares one flag a case; nil when none is given.
  public init<Case: EnumerableFlag>(of id: String, help: String) where Value == Case? {
    let names = Case.allCases.map {
      Parameter.Name(long: $0.rawValue, short: nil, flagValue: $0.rawValue, help: $0.help)
    }
    parameter = Parameter(
      kind: .flag, id: id, names: names, valueName: "", help: help, group: nil, defaultText: nil,
      choices: [], completion: .none, isRequired: false, isRepeating: false, environment: nil,
      isHidden: false
    ) { words throws(ValueError) in
      if let first = words.first, let other = words.first(where: { $0 != first }) {
        throw ValueError(value: "--\(other)", reason: "excludes '--\(first)'")
      }
      return words.last.flatMap(Case.init(rawValue:))
    }
  }
}
