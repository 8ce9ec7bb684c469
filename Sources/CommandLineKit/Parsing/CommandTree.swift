/// A command at its place below the root.
public struct CommandNode: Sendable {
  /// The words that call it, the program's name first.
  public let path: [String]
  /// The type that runs it.
  public let type: any ParsableCommand.Type
  /// Its table.
  public let configuration: CommandConfiguration
  /// The parameters of the commands above it, which it accepts too.
  public let inherited: [Parameter]
  /// The commands below it, grouped as in the help.
  public let groups: [(name: String, children: [CommandNode])]

  /// Resolves a command and everything below it.
  public init(_ type: any ParsableCommand.Type) {
    self.init(type, parentPath: [], inherited: [])
  }

  private init(_ type: any ParsableCommand.Type, parentPath: [String], inherited: [Parameter]) {
    let configuration = type.configuration
    let path = parentPath + [configuration.commandName]
    self.type = type
    self.path = path
    self.configuration = configuration
    self.inherited = inherited
    groups = configuration.groupedSubcommands.map { group in
      let children = group.subcommands.map {
        CommandNode($0, parentPath: path, inherited: inherited + configuration.parameters)
      }
      return (group.name, children)
    }
  }

  /// The commands below it.
  public var children: [CommandNode] { groups.flatMap(\.children) }
  /// Whether it only holds others.
  public var isFolder: Bool { !children.isEmpty }
  /// All parameters that it accepts.
  public var parameters: [Parameter] { configuration.parameters + inherited }
  /// The words that call it, as one string.
  public var name: String { path.joined(separator: " ") }
  /// This command and all below it, depth first.
  public var all: [CommandNode] { [self] + children.flatMap(\.all) }

  /// The command that the words lead to, or the error with what they may have meant.
  public func find(_ words: [String]) throws(ParserError) -> CommandNode {
    var node = self
    for word in words { node = try node.child(word) }
    return node
  }

  func child(_ word: String) throws(ParserError) -> CommandNode {
    if let child = children.first(where: { $0.configuration.commandName == word }) { return child }
    let names = children.map(\.configuration.commandName)
    throw ParserError(.unknownCommand(word, near: nearest(to: word, in: names)), at: self)
  }
}

extension CommandNode {
  /// What is wrong with the tables below and including this one; empty when all are sound.
  public var flaws: [String] { all.flatMap(\.ownFlaws) }

  private var ownFlaws: [String] {
    var flaws: [String] = []
    if configuration.examples.isEmpty { flaws.append("no example") }
    if !configuration.examples.allSatisfy({ $0.command.contains("\(path[0]) ") }) {
      flaws.append("an example that does not call \(path[0])")
    }
    if !configuration.abstract.hasSuffix(".") { flaws.append("an abstract that is no sentence") }
    for parameter in configuration.parameters where parameter.help.isEmpty {
      flaws.append("no help for \(parameter.displayName)")
    }
    let ids = parameters.map(\.id)
    let spellings = parameters.flatMap(\.names).flatMap { name in
      ["--\(name.long)"] + (name.short.map { ["-\($0)"] } ?? [])
    }
    for (word, times) in counts(ids).merging(counts(spellings), uniquingKeysWith: max)
    where times > 1 {
      flaws.append("\(word) is declared \(times) times")
    }
    let places = configuration.parameters.filter { $0.kind == .positional }
    if places.dropLast().contains(where: \.isRepeating) {
      flaws.append("an argument behind one that takes all")
    }
    if zip(places, places.dropFirst()).contains(where: { !$0.isRequired && $1.isRequired }) {
      flaws.append("a required argument behind an optional one")
    }
    return flaws.map { "\(name): \($0)" }.sorted()
  }
}

private func counts(_ words: [String]) -> [String: Int] {
  Dictionary(words.map { ($0, 1) }, uniquingKeysWith: +)
}
