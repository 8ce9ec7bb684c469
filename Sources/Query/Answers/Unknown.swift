/// Names that the warehouse does not have.
enum Unknown {
  static func model(_ name: String, among all: [String]) -> QueryError {
    error("model", name, all, "lethe model list")
  }

  static func dataset(_ name: String, among all: [String]) -> QueryError {
    error("data set", name, all, "lethe dataset list")
  }

  static func layer(_ name: String, of model: String, among all: [String]) -> QueryError {
    let near = NearNames.question(name, among: all)
    return .usage(
      "\(model) has no layer \(name)"
        + (near.isEmpty ? ": it has \(all.joined(separator: ", "))" : near))
  }

  private static func error(_ kind: String, _ name: String, _ all: [String], _ command: String)
    -> QueryError
  {
    let question = NearNames.question(name, among: all)
    if all.isEmpty { return .usage("there is no \(kind) \(name): the warehouse has none yet") }
    if !question.isEmpty { return .usage("there is no \(kind) \(name)\(question)") }
    let list = all.count <= 12 ? "there are " + all.joined(separator: ", ") : "see `\(command)`"
    return .usage("there is no \(kind) \(name): \(list)")
  }
}
