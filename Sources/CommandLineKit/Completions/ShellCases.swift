/// The branches that bash and zsh share: both walk the words to a command and then match
/// `"path word"`.
struct ShellCases {
  let nodes: [CommandNode]
  let separator: String

  init(_ root: CommandNode, separator: String) {
    nodes = root.all
    self.separator = separator
  }

  /// Matches a word that leads further down.
  var commandPattern: String { pattern(nodes.dropFirst().map(\.name)) }

  /// Matches an option whose value is the next word.
  var valuePattern: String {
    pattern(nodes.flatMap { node in Self.spelled(node.offeredOptions, at: node) })
  }

  /// A pattern and what completes the value for every option.
  var values: [(pattern: String, kind: CompletionKind)] {
    nodes.flatMap { node in
      node.offeredOptions.map { (pattern(Self.spelled([$0], at: node)), $0.completion) }
    }
  }

  /// A pattern and what completes it for every positional argument.
  var places: [(pattern: String, kind: CompletionKind)] {
    nodes.flatMap { node in
      node.places.enumerated().map { index, place in
        let any = singleQuoted("\(node.name) ") + "*"
        return (
          place.isRepeating ? any : singleQuoted("\(node.name) \(index)"), place.completion
        )
      }
    }
  }

  private func pattern(_ words: [String]) -> String {
    words.map(singleQuoted).joined(separator: separator)
  }

  private static func spelled(_ options: [Parameter], at node: CommandNode) -> [String] {
    options.flatMap(\.spellings).map { "\(node.name) \($0)" }
  }
}
