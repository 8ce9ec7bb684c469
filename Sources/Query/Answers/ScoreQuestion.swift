internal import Compute

/// How well models answer their tasks.
public struct ScoreQuestion: Sendable, Equatable {
  /// The names of the models; none for all of them.
  public var models: [String]
  /// The samples.
  public var selection = Selection()
  /// Whether recall, precision and F1 of each class are asked for, instead of the overall scores.
  public var byClass = false
  /// The positive class of tasks with two classes; nil for the class that is named like the task,
  /// else the second one.
  public var positive: String?
  /// The seed of the bootstrap.
  public var seed: UInt64 = 1
  /// Resamples of subjects.
  public var resamples = 2_000

  /// A question about some models, or all.
  public init(models: [String] = []) { self.models = models }

  static let columns = [
    "model", "task", "dataset", "split", "class", "n", "metric", "value", "lo", "hi",
  ]
}

extension ReadOnlySession {
  /// A row for each model and metric: accuracy, balanced_accuracy, macro_f1, and auc of the positive
  /// class for tasks with two classes; or recall, precision and f1 of each class.
  ///
  /// `lo` and `hi` are the 95 % percentile interval of the bootstrap over subjects. It draws the same
  /// subjects for every model of a task, unless there are so many alike that it draws counts of them.
  ///
  /// - Parameter question: What is asked.
  /// - Returns: The rows, notes and statements.
  /// - Throws: `QueryError` if a name is unknown, or nothing was predicted for any of the models.
  public func score(_ question: ScoreQuestion) throws -> Answer {
    let cards = try models(question.models)
    var table = Table(columns: ScoreQuestion.columns)
    var notes: [String] = []
    var statements: [SQLStatement] = []
    var tasks: [String] = []
    for card in cards where !tasks.contains(card.task) { tasks.append(card.task) }
    for task in tasks {
      let models = cards.filter { $0.task == task }
      let scope: SampleScope
      do {
        scope = try SampleScope(
          question.selection, task: task, models: models.map(\.name), in: self)
      } catch let error as QueryError where error.kind == .nothingFound {
        notes.append(error.description)
        continue
      }
      var described = false
      for model in models {
        let (counts, ran) = try predictionCounts(
          of: model, over: scope, ranks: !question.byClass, positive: question.positive)
        statements += ran
        if counts.counts.isEmpty {
          notes.append("\(model.name) has no labelled predictions over \(scope.name)")
          continue
        }
        table.rows += question.rows(counts, of: model, over: scope)
        if !described {
          described = true
          let subjects = counts.subjects.count
          notes.append(Notes.scope(scope, samples: counts.n, subjects: subjects))
        }
      }
    }
    if table.rows.isEmpty {
      throw QueryError.nothingFound(
        notes.isEmpty ? "the warehouse has no models yet" : notes.joined(separator: "\n"))
    }
    return Answer(table, notes: notes, statements: statements)
  }
}

extension ScoreQuestion {
  fileprivate func rows(
    _ counts: PredictionCounts, of model: ModelCard, over scope: SampleScope
  ) -> [[Cell]] {
    let byClass = byClass
    let metrics = counts.metrics(byClass: byClass)
    let subjects = counts.subjects.count
    let values = counts.values(byClass: byClass, weights: Array(repeating: 1, count: subjects))
    let bootstrap = SubjectBootstrap(resamples: resamples, seed: seed)
    let intervals =
      if let (groups, kinds) = counts.grouped() {
        bootstrap.intervals(of: groups, count: metrics.count) {
          kinds.values(byClass: byClass, weights: $0)
        }
      } else {
        bootstrap.intervals(subjects: subjects, count: metrics.count) {
          counts.values(byClass: byClass, weights: $0)
        }
      }
    return metrics.indices.map { index in
      let metric = metrics[index]
      return [
        .text(model.name), .text(model.task), .text(scope.dataset), .text(scope.split.rawValue),
        Cell(metric.positive), Cell(metric.n), .text(metric.name), Cell(values[index]),
        Cell(intervals[index]?.low), Cell(intervals[index]?.high),
      ]
    }
  }
}
