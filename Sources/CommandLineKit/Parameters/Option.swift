/// An option with a value: `--name VALUE`, `--name=VALUE`, `-n VALUE`, `-nVALUE`.
public struct Option<Value: Sendable>: ParameterKey {
  /// The row of the table.
  public let parameter: Parameter

  private init(
    _ name: String, _ short: Character?, _ value: String?, _ help: String, defaultText: String?,
    choices: [String], completion: CompletionKind, isRequired: Bool = false,
    isRepeating: Bool = false, environment: String?, isHidden: Bool,
    decode: @escaping @Sendable ([String]) throws(ValueError) -> any Sendable
  ) {
    parameter = Parameter(
      kind: .option, id: name,
      names: [Parameter.Name(long: name, short: short, flagValue: "", help: nil)],
      valueName: value ?? name.uppercased(), help: help, group: nil, defaultText: defaultText,
      choices: choices, completion: completion, isRequired: isRequired, isRepeating: isRepeating,
      environment: environment, isHidden: isHidden, decode: decode)
  }
}

extension Option where Value: ExpressibleByArgument {
  /// Declares an option with a default, which the help shows as it is or by the words `described`.
  ///
  /// `check` says what is wrong with a value that its type accepts, nil if nothing is.
  public init(
    _ name: String, short: Character? = nil, value: String? = nil, help: String,
    default standard: Value, described: String? = nil, environment: String? = nil,
    completion: CompletionKind? = nil, check: (@Sendable (Value) -> String?)? = nil,
    isHidden: Bool = false
  ) {
    self.init(
      name, short, value, help, defaultText: described ?? standard.defaultValueDescription,
      choices: Value.allValueStrings, completion: completion ?? defaultCompletion(for: Value.self),
      environment: environment, isHidden: isHidden
    ) { words throws(ValueError) in
      guard let word = words.last else { return standard }
      return try Decoding.one(word, check)
    }
  }

  /// Declares an option that must be given.
  public init(
    required name: String, short: Character? = nil, value: String? = nil, help: String,
    environment: String? = nil, completion: CompletionKind? = nil,
    check: (@Sendable (Value) -> String?)? = nil
  ) {
    self.init(
      name, short, value, help, defaultText: nil, choices: Value.allValueStrings,
      completion: completion ?? defaultCompletion(for: Value.self), isRequired: true,
      environment: environment, isHidden: false
    ) { words throws(ValueError) in
      try Decoding.one(words.last ?? "", check)
    }
  }
}

extension Option {
  /// Declares an option that is nil when it is not given.
  public init<Wrapped: ExpressibleByArgument>(
    _ name: String, short: Character? = nil, value: String? = nil, help: String,
    environment: String? = nil, completion: CompletionKind? = nil,
    check: (@Sendable (Wrapped) -> String?)? = nil, isHidden: Bool = false
  ) where Value == Wrapped? {
    self.init(
      name, short, value, help, defaultText: nil, choices: Wrapped.allValueStrings,
      completion: completion ?? defaultCompletion(for: Wrapped.self), environment: environment,
      isHidden: isHidden
    ) { words throws(ValueError) in
      guard let word = words.last else { return Wrapped?.none }
      return try Decoding.one(word, check) as Wrapped?
    }
  }

  /// Declares a list: comma-separated, repeated, or both; `separated: false` keeps commas.
  public init<Element: ExpressibleByArgument>(
    _ name: String, short: Character? = nil, value: String? = nil, help: String,
    default standard: [Element] = [], separated: Bool = true, environment: String? = nil,
    completion: CompletionKind? = nil, check: (@Sendable (Element) -> String?)? = nil
  ) where Value == [Element] {
    let text = standard.map(\.defaultValueDescription).joined(separator: ",")
    self.init(
      name, short, value, help, defaultText: text.isEmpty ? nil : text,
      choices: Element.allValueStrings,
      completion: completion ?? defaultCompletion(for: Element.self), isRepeating: true,
      environment: environment, isHidden: false
    ) { words throws(ValueError) in
      words.isEmpty ? standard : try Decoding.list(words, separated: separated, check)
    }
  }
}
