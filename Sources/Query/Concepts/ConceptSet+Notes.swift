extension ConceptSet {
  /// What is said beside concepts: what was looked at, what was computed and how to keep it, what is
  /// missing or did not converge.
  ///
  /// - Parameters:
  ///   - request: What was wanted.
  ///   - work: What was done.
  ///   - isKept: Whether what was computed has been stored.
  /// - Returns: A sentence each.
  static func notes(_ request: ConceptRequest, _ work: ConceptWork, isKept: Bool) -> [String] {
    var notes = [
      Notes.scope(
        work.scope, samples: work.samples.evaluatedRows.count, subjects: work.samples.subjects)
    ]
    let computed = work.records.count - work.kept
    if isKept {
      notes.append("\(computed) concepts fitted, \(work.kept) already kept")
    } else if computed > 0 {
      notes.append(
        "\(computed) concepts were computed and not kept; to keep them: \(request.command)")
    }
    let missing = Set(work.records.values.filter { $0.nFit == 0 }.map(\.au)).sorted()
    if !missing.isEmpty {
      notes.append("no train sample has a mask of " + list(missing))
    }
    let open = Set(work.records.values.filter { $0.converged == false }.map(\.au)).sorted()
    if !open.isEmpty, request.settings.loss == .weightedBCE {
      notes.append("not every fit converged (converged = 0): " + list(open))
    }
    return notes
  }

  private static func list(_ units: [Int]) -> String {
    units.map { "AU\($0)" }.joined(separator: ", ")
  }
}

extension ConceptRequest {
  /// The command that keeps what is asked for.
  var command: String {
    let standard = ConceptSettings()
    var words = ["lethe concept fit"]
    func add(_ option: String, _ values: [String]) {
      if !values.isEmpty { words.append("--\(option) \(values.joined(separator: ","))") }
    }
    add("au", units.map(String.init))
    add("layer", layers)
    add("model", models)
    add("dataset", dataset.map { [$0] } ?? [])
    add("split", split.map { [$0.rawValue] } ?? [])
    if settings.loss != standard.loss { add("loss", [settings.loss.rawValue]) }
    if settings.alignCorners != standard.alignCorners {
      add("align-corners", ["\(settings.alignCorners)"])
    }
    if settings.lambda != standard.lambda { add("lambda", [NumberText.brief(settings.lambda)]) }
    add("grid", settings.grid.map { ["\($0)"] } ?? [])
    add("quantile", settings.quantile.map { [NumberText.brief($0)] } ?? [])
    if settings.seed != standard.seed { add("seed", ["\(settings.seed)"]) }
    return words.joined(separator: " ")
  }
}
