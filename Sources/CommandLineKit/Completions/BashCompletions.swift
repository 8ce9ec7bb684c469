/// Completions for bash: one function that walks the words to the command and looks up what it
/// takes there.
struct BashCompletions {
  let text: String

  init(_ root: CommandNode) {
    let program = root.name
    let cases = ShellCases(root, separator: " | ")
    let function = "_\(program)"
    text = """
      # bash completions of \(program): source this file, or put it into
      # ~/.local/share/bash-completion/completions/\(program)
      \(function)() {
        local cur=${COMP_WORDS[COMP_CWORD]} previous=${COMP_WORDS[COMP_CWORD-1]}
        local path=\(program) place=0 index word
        COMPREPLY=()
        # Bash takes "--name=value" for three words.
        if [[ $cur == '=' ]]; then
          cur=''
        elif [[ $previous == '=' ]]; then
          previous=${COMP_WORDS[COMP_CWORD-2]}
        fi
        for ((index = 1; index < COMP_CWORD; index++)); do
          word=${COMP_WORDS[index]}
          case "$path $word" in
            \(cases.commandPattern)) path="$path $word"; continue ;;
            \(cases.valuePattern)) ((index++)); continue ;;
          esac
          [[ $word == -* || $word == '=' ]] || ((place++))
        done
        case "$path $previous" in
      \(Self.valueCases(cases, program))
        esac
        if [[ $cur == -* ]]; then
          case "$path" in
      \(Self.optionCases(cases.nodes))
          esac
          return
        fi
        case "$path $place" in
      \(Self.placeCases(cases, program))
        esac
      }
      complete -F \(function) \(program)

      """
  }

  private static func valueCases(_ cases: ShellCases, _ program: String) -> String {
    cases.values.map { "    \($0.pattern)) \(action($0.kind, program)); return ;;" }
      .joined(separator: "\n")
  }

  private static func optionCases(_ nodes: [CommandNode]) -> String {
    nodes.map { node in
      let words = (node.offered.flatMap(\.spellings) + ["--help"]).joined(separator: " ")
      return "      \(singleQuoted(node.name))) \(reply("-W \(singleQuoted(words))")) ;;"
    }.joined(separator: "\n")
  }

  private static func placeCases(_ cases: ShellCases, _ program: String) -> String {
    let folders = cases.nodes.filter(\.isFolder).map {
      let words = $0.children.map(\.configuration.commandName).joined(separator: " ")
      return "    \(singleQuoted("\($0.name) 0"))) \(reply("-W \(singleQuoted(words))")) ;;"
    }
    let places = cases.places.map { "    \($0.pattern)) \(action($0.kind, program)) ;;" }
    return (folders + places).joined(separator: "\n")
  }

  private static func action(_ kind: CompletionKind, _ program: String) -> String {
    switch kind {
    case .none: ":"
    case .list(let words): reply("-W \(singleQuoted(words.joined(separator: " ")))")
    case .file(let extensions) where extensions.isEmpty: "compopt -o filenames; " + reply("-f")
    case .file(let extensions):
      "compopt -o filenames; "
        + reply("-d")
        + "; COMPREPLY+=($(compgen -f -X '!*.@(\(extensions.joined(separator: "|")))' -- \"$cur\"))"
    case .directory: "compopt -o filenames; " + reply("-d")
    case .program(let words):
      reply("-W \"$(\(program) \(words.joined(separator: " ")) 2>/dev/null)\"")
    }
  }

  private static func reply(_ source: String) -> String {
    "COMPREPLY=($(compgen \(source) -- \"$cur\"))"
  }
}
