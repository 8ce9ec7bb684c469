/// The one place where parser errors get their words.
extension ParserError: CustomStringConvertible {
  /// What is wrong, in one line, with a suggestion where there is one.
  public var description: String {
    switch cause {
    case .unknownCommand(let word, let near):
      "unknown command '\(word)'" + suggestion(near)
        + (near == nil ? "; '\(node.name) --help' lists them" : "")
    case .missingCommand:
      "'\(node.name)' needs a command: "
        + node.children.map(\.configuration.commandName).joined(separator: ", ")
    case .unknownOption(let word, let near):
      "unknown option '\(word)'" + suggestion(near)
    case .missingValue(let option, let valueName):
      "'\(option)' needs a value: \(option) \(valueName)"
    case .unexpectedValue(let flag, let value):
      "'\(flag)' takes no value, but got '\(value)'"
    case .invalidValue(let parameter, let value, let reason, let near):
      (value.hasPrefix("--") ? "'\(value)' \(reason)" : "\(parameter): '\(value)' \(reason)")
        + suggestion(near)
    case .missingArguments(let names):
      "missing " + names.joined(separator: " and ")
    case .unexpectedArgument(let word):
      "unexpected argument '\(word)'"
    case .invalid(let message):
      message
    }
  }

  private func suggestion(_ near: String?) -> String {
    near.map { " (did you mean '\($0)'?)" } ?? ""
  }
}
