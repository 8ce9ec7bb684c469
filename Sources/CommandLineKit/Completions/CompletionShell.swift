/// The shells that completions are written for.
public enum CompletionShell: String, CaseIterable, ExpressibleByArgument {
  /// GNU Bash.
  case bash
  /// Z shell.
  case zsh
  /// Fish.
  case fish

  /// The script that teaches this shell the commands below a root.
  public func script(for root: CommandNode) -> String {
    switch self {
    case .bash: BashCompletions(root).text
    case .zsh: ZshCompletions(root).text
    case .fish: FishCompletions(root).text
    }
  }
}

extension CommandNode {
  /// The parameters that a shell offers, what is inherited last.
  var offered: [Parameter] { parameters.filter { !$0.isHidden } }

  /// The parameters with a value that have a name.
  var offeredOptions: [Parameter] { offered.filter { $0.kind == .option } }

  /// The positional arguments in their order.
  var places: [Parameter] { configuration.parameters.filter { $0.kind == .positional } }
}

extension Parameter {
  /// Every spelling with its dashes.
  var spellings: [String] {
    names.flatMap { name in (name.short.map { ["-\($0)"] } ?? []) + ["--\(name.long)"] }
  }
}

/// A word in single quotes, for any of the shells.
func singleQuoted(_ text: String) -> String {
  let parts = text.split(separator: "'", omittingEmptySubsequences: false)
  return "'" + parts.joined(separator: "'\\''") + "'"
}
