/// Completions for zsh: one function that walks the words to the command and describes what it
/// takes there.
struct ZshCompletions {
  let text: String

  init(_ root: CommandNode) {
    let program = root.name
    let cases = ShellCases(root, separator: "|")
    text = """
      #compdef \(program)
      # zsh completions of \(program): put this file as _\(program) into a folder of $fpath.
      _\(program)() {
        local path_='\(program)' word previous=${words[CURRENT-1]} place=0 index
        local -a offers
        for ((index = 2; index < CURRENT; index++)); do
          word=${words[index]}
          case "$path_ $word" in
            (\(cases.commandPattern)) path_="$path_ $word"; continue ;;
            (\(cases.valuePattern)) ((index++)); continue ;;
          esac
          [[ $word == -* ]] || ((place++))
        done
        if [[ ${words[CURRENT]} == --*=* ]]; then
          previous=${words[CURRENT]%%=*}
          compset -P '*='
        fi
        case "$path_ $previous" in
      \(Self.valueCases(cases, program))
        esac
        if [[ ${words[CURRENT]} == -* ]]; then
          case "$path_" in
      \(Self.optionCases(cases.nodes))
          esac
          _describe option offers
          return
        fi
        case "$path_ $place" in
      \(Self.placeCases(cases, program))
        esac
      }
      if [[ $funcstack[1] == _\(program) ]]; then
        _\(program) "$@"
      else
        compdef _\(program) \(program)
      fi

      """
  }

  private static func valueCases(_ cases: ShellCases, _ program: String) -> String {
    cases.values.map { "    (\($0.pattern)) \(action($0.kind, program)); return ;;" }
      .joined(separator: "\n")
  }

  private static func optionCases(_ nodes: [CommandNode]) -> String {
    nodes.map { node in
      let rows = node.offered.flatMap { parameter in
        parameter.names.map { described("--\($0.long)", $0.help ?? parameter.help) }
      }
      let offers = (rows + [described("--help", "Show help.")]).joined(separator: " ")
      return "      (\(singleQuoted(node.name))) offers=(\(offers)) ;;"
    }.joined(separator: "\n")
  }

  private static func placeCases(_ cases: ShellCases, _ program: String) -> String {
    let folders = cases.nodes.filter(\.isFolder).map {
      let rows = $0.children.map {
        described($0.configuration.commandName, $0.configuration.abstract)
      }
      let offers = rows.joined(separator: " ")
      return "    (\(singleQuoted("\($0.name) 0"))) offers=(\(offers)); _describe command offers ;;"
    }
    let places = cases.places.map { "    (\($0.pattern)) \(action($0.kind, program)) ;;" }
    return (folders + places).joined(separator: "\n")
  }

  // `_describe` splits at the first colon.
  private static func described(_ word: String, _ text: String) -> String {
    singleQuoted("\(word):\(text)")
  }

  private static func action(_ kind: CompletionKind, _ program: String) -> String {
    switch kind {
    case .none: ":"
    case .list(let words): "compadd -- " + words.map(singleQuoted).joined(separator: " ")
    case .file(let extensions) where extensions.isEmpty: "_files"
    case .file(let extensions): "_files -g '*.(\(extensions.joined(separator: "|")))'"
    case .directory: "_files -/"
    case .program(let words):
      "compadd -- ${(f)\"$(\(program) \(words.joined(separator: " ")) 2>/dev/null)\"}"
    }
  }
}
