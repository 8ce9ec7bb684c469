/// Completions for fish: a function that finds the command, and one `complete` line an offer.
struct FishCompletions {
  let text: String

  init(_ root: CommandNode) {
    let program = root.name
    let nodes = root.all
    let lines = nodes.flatMap { Self.lines(of: $0, program: program) }
    text = """
      # fish completions of \(program): put this file into
      # ~/.config/fish/completions/\(program).fish
      function __\(program)_at
        set -l path \(program)
        for word in (commandline -opc)[2..]
          switch "$path $word"
            case \(nodes.dropFirst().map { singleQuoted($0.name) }.joined(separator: " "))
              set path "$path $word"
          end
        end
        test "$path" = "$argv"
      end
      complete -c \(program) -f
      \(lines.joined(separator: "\n"))

      """
  }

  private static func lines(of node: CommandNode, program: String) -> [String] {
    let start = "complete -c \(program) -n \(quoted("__\(program)_at \(node.name)"))"
    let commands = node.children.map {
      "\(start) -a \($0.configuration.commandName) -d \(quoted($0.configuration.abstract))"
    }
    let places = node.places.filter { $0.completion != .none }.map {
      start + value($0.completion, program)
    }
    let named = node.offered.filter { $0.kind != .positional }.flatMap { parameter in
      parameter.names.map { name in
        let short = name.short.map { " -s \($0)" } ?? ""
        let offer = parameter.kind == .flag ? "" : " -r" + value(parameter.completion, program)
        return "\(start)\(short) -l \(name.long)\(offer) -d \(quoted(name.help ?? parameter.help))"
      }
    }
    return commands + places + named + ["\(start) -s h -l help -d 'Show help.'"]
  }

  private static func value(_ kind: CompletionKind, _ program: String) -> String {
    switch kind {
    case .none: " -f"
    case .list(let words): " -f -a \(quoted(words.joined(separator: " ")))"
    case .file: " -F"
    case .directory: " -f -a '(__fish_complete_directories (commandline -ct))'"
    case .program(let words): " -f -a '(\(program) \(words.joined(separator: " ")) 2>/dev/null)'"
    }
  }

  // Within single quotes fish reads \\ and \' only.
  private static func quoted(_ text: String) -> String {
    let escaped = text.map { $0 == "'" || $0 == "\\" ? "\\\($0)" : String($0) }.joined()
    return "'\(escaped)'"
  }
}
