/// A positional argument.
public struct Argument<Value: Sendable>: ParameterKey {
  /// The row of the table.
  public let parameter: Parameter

  private init(
    _ name: String, _ help: String, defaultText: String?, choices: [String],
    completion: CompletionKind, isRequired: Bool, isRepeating: Bool = false,
    decode: @escaping @Sendable ([String]) throws(ValueError) -> any Sendable
  ) {
    parameter = Parameter(
      kind: .positional, id: name, names: [], valueName: name.uppercased(), help: help, group: nil,
      defaultText: defaultText, choices: choices, completion: completion, isRequired: isRequired,
      isRepeating: isRepeating, environment: nil, isHidden: false, decode: decode)
  }
}

extension Argument where Value: ExpressibleByArgument {
  /// Declares an argument that must be given.
  public init(
    _ name: String, help: String, completion: CompletionKind? = nil,
    check: (@Sendable (Value) -> String?)? = nil
  ) {
    self.init(
      name, help, defaultText: nil, choices: Value.allValueStrings,
      completion: completion ?? defaultCompletion(for: Value.self), isRequired: true
    ) { words throws(ValueError) in
      try Decoding.one(words.last ?? "", check)
    }
  }

  /// Declares an argument with a default.
  public init(
    _ name: String, help: String, default standard: Value, completion: CompletionKind? = nil,
    check: (@Sendable (Value) -> String?)? = nil
  ) {
    self.init(
      name, help, defaultText: standard.defaultValueDescription, choices: Value.allValueStrings,
      completion: completion ?? defaultCompletion(for: Value.self), isRequired: false
    ) { words throws(ValueError) in
      guard let word = words.last else { return standard }
      return try Decoding.one(word, check)
    }
  }
}

extension Argument {
  /// Declares an argument that is nil when it is not given.
  public init<Wrapped: ExpressibleByArgument>(
    _ name: String, help: String, completion: CompletionKind? = nil,
    check: (@Sendable (Wrapped) -> String?)? = nil
  ) where Value == Wrapped? {
    self.init(
      name, help, defaultText: nil, choices: Wrapped.allValueStrings,
      completion: completion ?? defaultCompletion(for: Wrapped.self), isRequired: false
    ) { words throws(ValueError) in
      guard let word = words.last else { return Wrapped?.none }
      return try Decoding.one(word, check) as Wrapped?
    }
  }

  /// Declares an argument that takes all remaining words, one at least if `isRequired`.
  public init<Element: ExpressibleByArgument>(
    _ name: String, help: String, isRequired: Bool = false, completion: CompletionKind? = nil,
    check: (@Sendable (Element) -> String?)? = nil
  ) where Value == [Element] {
    self.init(
      name, help, defaultText: nil, choices: Element.allValueStrings,
      completion: completion ?? defaultCompletion(for: Element.self), isRequired: isRequired,
      isRepeating: true
    ) { words throws(ValueError) in
      try Decoding.list(words, separated: false, check) as [Element]
    }
  }
}
