internal import Compute
internal import SQLite
public import Warehouse

/// Which relevance is to be computed and kept.
public struct RelevanceQuestion: Sendable, Equatable {
  /// The models; none: every one.
  public var models: [String]
  /// The samples.
  public var selection = Selection()
  /// Only samples that went from right to wrong between these two models.
  public var forgotten: Pair?
  /// How relevance is propagated, and of what.
  public var method = RelevanceMethod(
    composite: RelevanceComposite.epsilonPlusFlat.name, bias: "keep", target: "true")

  /// Two models.
  public struct Pair: Sendable, Equatable {
    /// The model before.
    public let before: String
    /// The model after.
    public let after: String

    /// Two models.
    public init(before: String, after: String) {
      self.before = before
      self.after = after
    }
  }

  /// A question about some models; none for every one.
  public init(models: [String] = []) { self.models = models }

  /// The names of the composites, the default first.
  public static var composites: [String] { RelevanceComposite.all.map(\.name) }
}

/// What is to be explained of each model, as far as the catalogue tells.
public struct RelevancePlan: Sendable {
  /// A sample and where its relevance starts.
  struct Item: Sendable {
    let sample: Int64
    let position: Int
    let target: RelevanceTarget
    /// The class, or the two.
    let name: String
  }

  /// One model's part.
  struct Part: Sendable {
    let model: String
    let items: [Item]
    /// Samples without a label or prediction to start from.
    let skipped: Int
  }

  let method: RelevanceMethod
  let dataset: Int64
  let datasetName: String
  let parts: [Part]
  /// What a reader should know beside the result.
  public let notes: [String]
}

extension ReadOnlySession {
  /// Finds the samples and where the relevance of each starts.
  ///
  /// - Parameter question: What is asked.
  /// - Returns: The plan.
  /// - Throws: `QueryError` if a name is unknown or no sample is selected.
  public func relevancePlan(_ question: RelevanceQuestion) throws -> RelevancePlan {
    let cards = try models(question.models)
    guard let first = cards.first else {
      throw QueryError.nothingFound("the warehouse has no model")
    }
    guard RelevanceQuestion.composites.contains(question.method.composite) else {
      throw QueryError.usage(
        "there is no composite \(question.method.composite): there are "
          + RelevanceQuestion.composites.joined(separator: ", "))
    }
    var anchor = first
    if let pair = question.forgotten { anchor = try self.pair(pair.before, pair.after).0 }
    let scope = try SampleScope(
      question.selection, task: anchor.task, models: cards.map(\.name), in: self)
    var parts: [RelevancePlan.Part] = []
    var notes: [String] = []
    for card in cards {
      let part = try part(of: card, question, scope)
      if part.skipped > 0 {
        notes.append(
          "\(card.name): \(part.skipped) samples have no \(card.task) "
            + "\(question.method.target == "predicted" ? "prediction" : "label") to start from")
      }
      parts.append(part)
    }
    let chosen = parts.map { $0.items.count + $0.skipped }.max() ?? 0
    guard chosen > 0 else {
      throw QueryError.nothingFound("no sample is selected over \(scope.name)")
    }
    guard parts.contains(where: { !$0.items.isEmpty }) else {
      throw QueryError.nothingFound(
        "no sample over \(scope.name) has what --target \(question.method.target) needs: "
          + "name a class instead, or a data set that has labels of the task")
    }
    return RelevancePlan(
      method: question.method, dataset: try datasetID(scope.dataset), datasetName: scope.dataset,
      parts: parts, notes: ["\(scope.name): \(chosen) samples"] + notes)
  }

  private func part(
    of card: ModelCard, _ question: RelevanceQuestion, _ scope: SampleScope
  ) throws -> RelevancePlan.Part {
    let statement = question.statement(card, scope)
    let start = try RelevanceStart(question.method.target, of: card)
    var items: [RelevancePlan.Item] = []
    var skipped = 0
    try forEachRow(of: statement) { row in
      guard let sample = row[0].int, let position = row[1].int else { return true }
      if let start = start.of(label: row[2].string, predicted: row[3].string) {
        items.append(
          .init(
            sample: Int64(sample), position: position, target: start.target, name: start.name))
      } else {
        skipped += 1
      }
      return true
    }
    return .init(model: card.name, items: items, skipped: skipped)
  }
}

extension RelevanceQuestion {
  fileprivate func statement(_ card: ModelCard, _ scope: SampleScope) -> SQLStatement {
    var parameters: [SQLStatement.Parameter] = [
      .init("model", .text(card.name)), .init("task", .text(card.task)),
    ]
    var condition = ""
    if let forgotten {
      condition = """

          AND s.sample_id IN (
            SELECT sample_id FROM transitions
            WHERE before = :before AND after = :after AND outcome = 'forgotten')
        """
      parameters += [
        .init("before", .text(forgotten.before)), .init("after", .text(forgotten.after)),
      ]
    }
    return SQLStatement(
      """
      SELECT s.sample_id, p.position,
             (SELECT label FROM labels l WHERE l.sample_id = s.sample_id AND l.task = :task),
             (SELECT predicted FROM predictions q
              WHERE q.sample_id = s.sample_id AND q.model = :model)
      FROM samples s JOIN sample p ON p.id = s.sample_id
      WHERE TRUE\(scope.conditions("s."))\(condition)
      ORDER BY p.position
      """, parameters + scope.parameters)
  }
}
