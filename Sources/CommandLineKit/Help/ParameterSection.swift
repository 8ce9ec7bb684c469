/// The parameters under one heading, as help and reference show them.
struct ParameterSection {
  let title: String
  let rows: [(term: String, text: String)]

  /// The heading of what every command below a root accepts.
  static let globalTitle = "Global options"

  /// The sections of a command in the order of its table, what it inherits last.
  static func all(of node: CommandNode) -> [ParameterSection] {
    let own = node.configuration.parameters.map { ($0.group ?? usualTitle($0), $0) }
    let inherited = node.inherited.map { (globalTitle, $0) }
    var titles: [String] = []
    var members: [String: [Parameter]] = [:]
    for (title, parameter) in own + inherited where !parameter.isHidden {
      if members[title] == nil { titles.append(title) }
      members[title, default: []].append(parameter)
    }
    if members[globalTitle] == nil { titles.append(globalTitle) }
    return titles.map { title in
      let known = title == globalTitle ? builtIn : []
      return ParameterSection(title: title, rows: (members[title] ?? []).flatMap(rows) + known)
    }
  }

  private static let builtIn = [
    (term: "-h, --help", text: "Show help."), (term: "--version", text: "Show the version."),
  ]

  private static func usualTitle(_ parameter: Parameter) -> String {
    parameter.kind == .positional ? "Arguments" : "Options"
  }

  private static func rows(of parameter: Parameter) -> [(term: String, text: String)] {
    if parameter.kind == .positional { return [(parameter.valueName, text(of: parameter))] }
    if parameter.names.contains(where: { $0.help != nil }) {
      return parameter.names.map { (spelling(of: $0), $0.help ?? parameter.help) }
    }
    let names = parameter.names.map(spelling).joined(separator: ", ")
    let value = parameter.kind == .option ? " \(parameter.valueName)" : ""
    return [(names + value, text(of: parameter))]
  }

  private static func spelling(of name: Parameter.Name) -> String {
    (name.short.map { "-\($0), " } ?? "") + "--\(name.long)"
  }

  private static func text(of parameter: Parameter) -> String {
    var notes: [String] = []
    if !parameter.choices.isEmpty { notes.append(parameter.choices.joined(separator: ", ")) }
    if parameter.isRequired && parameter.kind == .option { notes.append("required") }
    if let standard = parameter.defaultText { notes.append("default: \(standard)") }
    if let variable = parameter.environment { notes.append("else $\(variable)") }
    return parameter.help + (notes.isEmpty ? "" : " (\(notes.joined(separator: "; ")))")
  }
}
