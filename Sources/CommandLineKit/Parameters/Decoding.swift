/// Decoders that the typed parameters share.
enum Decoding {
  /// Reads one word, and lets `check` say what is wrong with its value.
  static func one<Value: ExpressibleByArgument>(
    _ word: String, _ check: (@Sendable (Value) -> String?)?
  ) throws(ValueError) -> Value {
    guard let value = Value(argument: word) else {
      throw ValueError(value: word, reason: "is not \(Value.expectation)")
    }
    if let reason = check?(value) { throw ValueError(value: word, reason: reason) }
    return value
  }

  /// Reads several words, each a comma-separated list if `separated`.
  static func list<Element: ExpressibleByArgument>(
    _ words: [String], separated: Bool, _ check: (@Sendable (Element) -> String?)?
  ) throws(ValueError) -> [Element] {
    var values: [Element] = []
    for word in words {
      let parts =
        separated
        ? word.split(separator: ",", omittingEmptySubsequences: false).map(String.init) : [word]
      for part in parts {
        if separated && part.isEmpty {
          throw ValueError(value: word, reason: "has an empty entry in its list")
        }
        values.append(try one(part, check))
      }
    }
    return values
  }
}

/// What a value completes to if nothing else is said: its choices, or nothing.
func defaultCompletion<Value: ExpressibleByArgument>(for type: Value.Type) -> CompletionKind {
  Value.allValueStrings.isEmpty ? .none : .list(Value.allValueStrings)
}
