extension ParsableCommand {
  /// Parses a command line below this root command, runs what it asks for and returns the code to
  /// exit with; everything that is thrown on the way becomes a message on the error stream.
  ///
  /// - Parameters:
  ///   - arguments: The words behind the program's name.
  ///   - console: The streams and the environment.
  ///   - version: What `--version` prints.
  /// - Returns: The exit code.
  public static func run(arguments: [String], console: Console, version: String) -> Int32 {
    let root = CommandNode(Self.self)
    guard !arguments.isEmpty || !root.isFolder else {
      try? console.error.write(HelpText(root, width: console.width).text)
      return ExitCode.usage.rawValue
    }
    var code = ExitCode.success
    do {
      try perform(arguments, root: root, console: console, version: version)
    } catch {
      code = report(error, root: root, console: console)
    }
    do {
      try console.output.flush()
    } catch {
      code = code == .success ? report(error, root: root, console: console) : code
    }
    return code.rawValue
  }

  private static func perform(
    _ arguments: [String], root: CommandNode, console: Console, version: String
  ) throws {
    switch try ArgumentParser.parse(arguments, root: root, environment: console.environment) {
    case .help(let node):
      try console.output.write(HelpText(node, width: console.width).text)
    case .version:
      try console.output.write("\(root.name) \(version)\n")
    case .run(let node, let values):
      let command = node.type.init(values: values)
      do {
        try command.validate()
        try command.run(console)
      } catch let error as ValidationError {
        throw ParserError(.invalid(error.message), at: node)
      }
    }
  }

  private static func report(
    _ error: any Error, root: CommandNode, console: Console
  ) -> ExitCode {
    let prefix = console.errorHasColour ? "\u{1B}[1;31m\(root.name):\u{1B}[0m" : "\(root.name):"
    if let error = error as? ParserError {
      let usage = UsageLine(error.node).text
      let help = "'\(error.node.name) --help' says more"
      try? console.error.write("\(prefix) \(error)\nusage: \(usage)\n\(help)\n")
      return .usage
    }
    let code = exitCode(for: error)
    if !(error is ExitCode) && code != .success {
      try? console.error.write("\(prefix) \(message(for: error))\n")
    }
    return code
  }
}
