/// Reads a command line by the tables of a command tree.
struct ArgumentParser {
  /// What a command line asks for.
  enum Request {
    /// Run the command of this node with these values.
    case run(CommandNode, ArgumentValues)
    /// Show the help of this node.
    case help(CommandNode)
    /// Show the version.
    case version
  }

  private let environment: [String: String]
  private var node: CommandNode
  private var rest: ArraySlice<String>
  private var words: [String: [String]] = [:]
  private var places: [String] = []

  private init(_ arguments: [String], root: CommandNode, environment: [String: String]) {
    node = root
    rest = arguments[...]
    self.environment = environment
  }

  /// Parses the words behind the program's name.
  static func parse(
    _ arguments: [String], root: CommandNode, environment: [String: String]
  ) throws(ParserError) -> Request {
    var parser = ArgumentParser(arguments, root: root, environment: environment)
    return try parser.parse()
  }

  private mutating func parse() throws(ParserError) -> Request {
    while let token = rest.popFirst() {
      if token == "--" {
        places.append(contentsOf: rest)
        break
      } else if token == "--help" || token == "-h" {
        return .help(node)
      } else if token == "--version" {
        return .version
      } else if token.hasPrefix("--") {
        try takeLong(token)
      } else if token.hasPrefix("-") && token.count > 1 && !isNegativeNumber(token) {
        try takeShort(token)
      } else if node.isFolder {
        node = try node.child(token)
      } else {
        places.append(token)
      }
    }
    if node.isFolder { throw ParserError(.missingCommand, at: node) }
    try assignPlaces()
    return .run(node, try decode())
  }

  // "-5", "-.5", "-4,5": numbers, unless the command has a letter that is a digit.
  private func isNegativeNumber(_ token: String) -> Bool {
    let letters = node.parameters.flatMap(\.names).compactMap(\.short)
    let first = token.dropFirst().first { $0 != "." }
    return token.hasPrefix("-") && first?.isNumber == true && !letters.contains(where: \.isNumber)
  }

  private mutating func takeLong(_ token: String) throws(ParserError) {
    let parts = token.dropFirst(2).split(
      separator: "=", maxSplits: 1, omittingEmptySubsequences: false)
    let long = parts.first.map(String.init) ?? ""
    let value = parts.count > 1 ? String(parts[1]) : nil
    guard let (parameter, name) = lookUp({ $0.long == long }) else {
      let known = node.parameters.filter { !$0.isHidden }.flatMap(\.names).map(\.long) + ["help"]
      let near = nearest(to: long, in: known).map { "--\($0)" }
      throw ParserError(.unknownOption("--\(long)", near: near), at: node)
    }
    if parameter.kind == .option {
      let word = if let value { value } else { try nextValue(of: parameter, as: "--\(long)") }
      words[parameter.id, default: []].append(word)
    } else if let value {
      throw ParserError(.unexpectedValue(flag: "--\(long)", value: value), at: node)
    } else {
      words[parameter.id, default: []].append(name.flagValue)
    }
  }

  // "-qv", "-o FILE", "-oFILE", "-qo FILE".
  private mutating func takeShort(_ token: String) throws(ParserError) {
    var letters = token.dropFirst()
    while let letter = letters.popFirst() {
      guard let (parameter, name) = lookUp({ $0.short == letter }) else {
        let long = String(token.dropFirst())
        let near = node.parameters.flatMap(\.names).first { $0.long == long }.map { "--\($0.long)" }
        throw ParserError(.unknownOption("-\(letter)", near: near), at: node)
      }
      if parameter.kind == .flag {
        words[parameter.id, default: []].append(name.flagValue)
        continue
      }
      if letters.first == "=" { letters.removeFirst() }
      let value = letters.isEmpty ? try nextValue(of: parameter, as: "-\(letter)") : String(letters)
      words[parameter.id, default: []].append(value)
      return
    }
  }

  private func lookUp(
    _ matches: (Parameter.Name) -> Bool
  ) -> (parameter: Parameter, name: Parameter.Name)? {
    for parameter in node.parameters {
      if let name = parameter.names.first(where: matches) { return (parameter, name) }
    }
    return nil
  }

  private mutating func nextValue(
    of parameter: Parameter, as spelling: String
  ) throws(ParserError) -> String {
    guard let next = rest.first,
      !next.hasPrefix("-") || next == "-" || isNegativeNumber(next)
    else {
      throw ParserError(
        .missingValue(option: spelling, valueName: parameter.valueName), at: node)
    }
    rest.removeFirst()
    return next
  }

  private mutating func assignPlaces() throws(ParserError) {
    var remaining = places[...]
    for parameter in node.configuration.parameters where parameter.kind == .positional {
      if parameter.isRepeating {
        words[parameter.id] = Array(remaining)
        remaining = []
      } else if let word = remaining.popFirst() {
        words[parameter.id] = [word]
      }
    }
    if let word = remaining.first { throw ParserError(.unexpectedArgument(word), at: node) }
  }

  private mutating func decode() throws(ParserError) -> ArgumentValues {
    var values: [String: any Sendable] = [:]
    var given: Set<String> = []
    var missing: [String] = []
    for parameter in node.parameters {
      var raw = words[parameter.id] ?? []
      if raw.isEmpty, let variable = parameter.environment, let word = environment[variable],
        !word.isEmpty
      {
        raw = [word]
      }
      if !raw.isEmpty { given.insert(parameter.id) }
      if raw.isEmpty && parameter.isRequired {
        missing.append(parameter.displayName)
        continue
      }
      do {
        values[parameter.id] = try parameter.decode(raw)
      } catch {
        let near = nearest(to: error.value, in: parameter.choices)
        throw ParserError(
          .invalidValue(
            parameter: parameter.displayName, value: error.value, reason: error.reason, near: near),
          at: node)
      }
    }
    if !missing.isEmpty { throw ParserError(.missingArguments(missing), at: node) }
    return ArgumentValues(values: values, given: given)
  }
}
