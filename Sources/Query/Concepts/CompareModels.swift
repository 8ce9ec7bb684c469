internal import SQLite

/// The models that a comparison of concepts needs, and which of their layers are the same.
struct CompareModels: Equatable {
  /// A layer that both models have.
  struct Layer: Equatable {
    let name: String
    /// What is stored of it goes by these keys.
    let before: String
    let after: String
    /// The key of the control's layer of this name.
    let control: String?
    /// The keys of other repetitions of the recipe that have this layer in both models.
    let repetitions: [Repetition]

    /// Whether both models share everything up to here.
    var isEqual: Bool { before == after }
  }

  /// A layer of a repetition of both models.
  struct Repetition: Equatable {
    let before: String
    let after: String
  }

  /// In the order of the network.
  let layers: [Layer]
  /// The model that is subtracted.
  let control: String?
  /// All models whose concepts are needed.
  let names: [String]
  /// The statement that lists the layers of a model.
  let statements: [SQLStatement]

  init(layers: [Layer], control: String?, names: [String], statements: [SQLStatement]) {
    self.layers = layers
    self.control = control
    self.names = names
    self.statements = statements
  }

  /// Finds models and layers.
  ///
  /// - Parameters:
  ///   - question: What is asked.
  ///   - session: The catalogue.
  /// - Throws: `QueryError` if a model is unknown, or a layer is not in both models.
  init(_ question: CompareQuestion, in session: ReadOnlySession) throws {
    _ = try session.models([question.before, question.after])
    let all = try session.models().map(\.name)
    if let control = question.control { _ = try session.models([control]) }
    let before = try CompareModels.rows(question.before, in: session)
    let after = try CompareModels.rows(question.after, in: session)
    let wanted = try CompareModels.wanted(question, before, after)
    let isStored = { (rows: [Row]) in
      wanted.allSatisfy { name in rows.contains { $0.layer == name && $0.hasBits } }
    }
    let control = try question.control ?? CompareModels.control(question, among: all, in: session)
    let controlRows = try control.map { try CompareModels.rows($0, in: session) } ?? []
    // A control that nobody asked for by name is no reason to fail.
    let isControlled = control != nil && (question.control != nil || isStored(controlRows))
    let repetitions = try CompareModels.repetitions(question, among: all).map {
      (
        names: [$0.before, $0.after], before: try CompareModels.rows($0.before, in: session),
        after: try CompareModels.rows($0.after, in: session)
      )
    }.filter { isStored($0.before) && isStored($0.after) }
    layers = wanted.compactMap { name in
      guard let one = before.key(of: name), let other = after.key(of: name) else { return nil }
      return Layer(
        name: name, before: one, after: other,
        control: isControlled ? controlRows.key(of: name) : nil,
        repetitions: repetitions.compactMap { repetition in
          guard let one = repetition.before.key(of: name),
            let other = repetition.after.key(of: name)
          else { return nil }
          return Repetition(before: one, after: other)
        })
    }
    self.control = isControlled ? control : nil
    names =
      [question.before, question.after] + [self.control].compactMap { $0 }
      + repetitions.flatMap(\.names)
    statements = [question.before, question.after].map(CompareModels.statement)
  }

  fileprivate struct Row: Equatable {
    let layer: String
    let key: String
    let hasBits: Bool
  }

  private static func statement(_ model: String) -> SQLStatement {
    SQLStatement(
      "SELECT layer, prefix, stored FROM layers WHERE model = :model ORDER BY ordinal",
      [.init("model", .text(model))])
  }

  private static func rows(_ model: String, in session: ReadOnlySession) throws -> [Row] {
    try session.table(statement(model)).rows.compactMap { row in
      guard let layer = row[0].string, let key = row[1].string else { return nil }
      let tiers = (row[2].string ?? "").split(separator: ",")
      return Row(layer: layer, key: key, hasBits: tiers.contains("bits"))
    }
  }

  /// The layers that are named, each in both models; else those of which bits of both are stored.
  private static func wanted(_ question: CompareQuestion, _ before: [Row], _ after: [Row]) throws
    -> [String]
  {
    for (model, rows) in [(question.before, before), (question.after, after)] {
      let names = rows.map(\.layer)
      for layer in question.layers where !names.contains(layer) {
        let near = NearNames.question(layer, among: names)
        throw QueryError.usage(
          "\(model) has no layer \(layer)"
            + (near.isEmpty ? ": it has \(names.joined(separator: ", "))" : near))
      }
    }
    if !question.layers.isEmpty {
      return before.map(\.layer).filter(question.layers.contains)
    }
    let stored = Set(after.filter(\.hasBits).map(\.layer))
    let wanted = before.filter { $0.hasBits && stored.contains($0.layer) }.map(\.layer)
    guard wanted.isEmpty else { return wanted }
    throw QueryError.nothingFound(
      "\(question.before) and \(question.after) have no layer in common of which bits are stored: "
        + "run lethe ingest --model \(question.before),\(question.after) --keep pooled,bits")
  }
}

extension [CompareModels.Row] {
  fileprivate func key(of layer: String) -> String? { first { $0.layer == layer }?.key }
}

extension CompareModels {
  /// The model whose head alone was retrained from `before`, of the same repetition as `after`.
  private static func control(
    _ question: CompareQuestion, among all: [String], in session: ReadOnlySession
  ) throws -> String? {
    let name = "emotion-after-pain-fc" + RepetitionName(question.after).suffix
    guard all.contains(name), name != question.before, name != question.after else { return nil }
    let ancestors = try session.names(
      """
      WITH RECURSIVE ancestors(name) AS (
        SELECT parent FROM models WHERE model = :control
        UNION SELECT m.parent FROM models m JOIN ancestors a ON m.model = a.name)
      SELECT name FROM ancestors WHERE name IS NOT NULL
      """, .init("control", .text(name)))
    return ancestors.contains(question.before) ? name : nil
  }

  /// Other repetitions of the training that both models have.
  private static func repetitions(_ question: CompareQuestion, among all: [String]) -> [(
    before: String, after: String
  )] {
    let before = RepetitionName(question.before).recipe
    let after = RepetitionName(question.after).recipe
    let suffixes = Set(
      all.filter { RepetitionName($0).recipe == before }.map { RepetitionName($0).suffix })
    // The first repetition, which has no suffix, comes first.
    return suffixes.sorted { ($0.count, $0) < ($1.count, $1) }
      .map { (before: before + $0, after: after + $0) }
      .filter { all.contains($0.after) }
      .filter { $0.before != question.before || $0.after != question.after }
  }
}

/// The name of one repetition of a recipe, such as NAME, NAME.s2 or NAME.s3.
struct RepetitionName: Equatable {
  /// What all repetitions share.
  let recipe: String
  /// `.s2` and so on; nothing for the first.
  let suffix: String

  init(_ name: String) {
    let last = name.split(separator: ".").last.map(String.init) ?? ""
    let isRepetition =
      last.hasPrefix("s") && last.dropFirst().allSatisfy(\.isWholeNumber) && last.count > 1
      && last.count + 1 < name.count
    suffix = isRepetition ? "." + last : ""
    recipe = String(name.dropLast(suffix.count))
  }
}
