internal import Compute
internal import SQLite

/// The samples that probes learn from and are tried on, with what is known of them.
struct ProbeSamples {
  /// A sample, by its row.
  struct Sample {
    let id: Int
    /// Where its rows stand.
    let position: Int
    /// Its number within its part, from 0.
    let subject: Int
  }

  let scope: SampleScope
  private(set) var train: [Sample] = []
  private(set) var held: [Sample] = []
  private(set) var subjects = (train: 0, held: 0)
  /// Tasks of models that samples are labelled for, the main one first.
  private(set) var tasks: [Task] = []
  /// Action units that were coded, with their state by sample: present or absent.
  private(set) var actionUnits: [Int: [Int: Bool]] = [:]
  private(set) var statements: [SQLStatement] = []

  /// Labels of a task.
  struct Task {
    let name: String
    /// Those that models tell apart, in the order of their logits.
    let classes: [String]
    /// By sample.
    let labels: [Int: String]
  }

  /// Finds the samples and reads what is known of them.
  ///
  /// - Parameters:
  ///   - selection: What the asker says of those to try on.
  ///   - task: The main task, by whose labels the data set is found.
  ///   - models: The models.
  ///   - session: The reader.
  /// - Throws: `QueryError` if nothing is selected, or there is nothing to learn from.
  init(
    _ selection: Selection, task: String, models: [ModelCard], in session: ReadOnlySession
  ) throws {
    scope = try SampleScope(
      unlabelled: selection, task: task, models: models.map(\.name), in: session)
    guard [.val, .test].contains(scope.split) else {
      throw QueryError.usage(
        "the train split is what is learnt from: look at another, --split test or --split val")
    }
    let learning = SQLStatement(
      "SELECT sample_id, subject FROM samples\nWHERE dataset = :dataset AND split = 'train'",
      [.init("dataset", .text(scope.dataset))])
    let trying = SQLStatement(
      "SELECT sample_id, subject FROM samples\nWHERE TRUE\(scope.conditions())", scope.parameters)
    (train, subjects.train) = try ProbeSamples.samples(learning, in: session)
    (held, subjects.held) = try ProbeSamples.samples(trying, in: session)
    guard !train.isEmpty else {
      throw QueryError.nothingFound(
        "the train split is what is learnt from, and the data set \(scope.dataset) has none")
    }
    guard !held.isEmpty else {
      throw QueryError.nothingFound("no sample is selected over \(scope.name)")
    }
    statements = [learning, trying]
    try readLabels(task, in: session)
    try readActionUnits(in: session)
  }

  var notes: [String] {
    [
      Notes.scope(scope, samples: held.count, subjects: subjects.held),
      "learnt from \(train.count) samples of \(subjects.train) "
        + "subject\(subjects.train == 1 ? "" : "s") of the train split"
        + (subjects.train < 2
          ? ", too few to choose a penalty by: it is \(ProbeBattery.fallback)" : ""),
    ]
  }

  /// Those of the asked action units that were coded, ascending; every one if none is asked for.
  func actionUnits(named asked: [Int]) throws -> [Int] {
    let coded = actionUnits.keys.sorted()
    for au in asked where !coded.contains(au) {
      throw QueryError.usage(
        "AU\(au) was not coded in the data set \(scope.dataset): "
          + (coded.isEmpty
            ? "no action unit was"
            : "there are " + coded.map(String.init).joined(separator: ", ")))
    }
    return asked.isEmpty ? coded : coded.filter(asked.contains)
  }

  /// The task of the model that the first of these descends from.
  static func rootTask(of models: [ModelCard], in session: ReadOnlySession) throws -> String {
    let rows = try session.table(SQLStatement("SELECT model, task, parent FROM models")).rows
    var parents: [String: (task: String, parent: String?)] = [:]
    for row in rows {
      if let name = row[0].string, let task = row[1].string {
        parents[name] = (task, row[2].string)
      }
    }
    var (name, task) = (models[0].name, models[0].task)
    // A cycle would be a damaged catalogue; the walk ends all the same.
    for _ in 0..<parents.count {
      guard let entry = parents[name] else { break }
      task = entry.task
      guard let parent = entry.parent, parents[parent] != nil else { break }
      name = parent
    }
    return task
  }

  private static func samples(
    _ statement: SQLStatement, in session: ReadOnlySession
  ) throws -> (samples: [Sample], subjects: Int) {
    let placed = SQLStatement(
      """
      SELECT s.id, s.position, c.subject FROM (
      \(statement.sql)
      ) c JOIN sample s ON s.id = c.sample_id ORDER BY s.position
      """, statement.parameters)
    var samples: [Sample] = []
    var subjects: [String: Int] = [:]
    try session.forEachRow(of: placed) { row in
      guard let id = row[0].int, let position = row[1].int, let subject = row[2].string else {
        return true
      }
      let number = subjects[subject] ?? subjects.count
      subjects[subject] = number
      samples.append(Sample(id: id, position: position, subject: number))
      return true
    }
    return (samples, subjects.count)
  }

  private mutating func readLabels(_ root: String, in session: ReadOnlySession) throws {
    let statement = SQLStatement(
      """
      SELECT l.task, l.sample_id, l.label
      FROM labels l JOIN samples s ON s.sample_id = l.sample_id
      WHERE s.dataset = :dataset AND l.task IN (SELECT task FROM models)
      ORDER BY l.task <> :root, l.task
      """, [.init("dataset", .text(scope.dataset)), .init("root", .text(root))])
    var labels: [(task: String, labels: [Int: String])] = []
    try session.forEachRow(of: statement) { row in
      guard let task = row[0].string, let id = row[1].int, let label = row[2].string else {
        return true
      }
      if labels.last?.task != task { labels.append((task, [:])) }
      labels[labels.count - 1].labels[id] = label
      return true
    }
    let cards: [ModelCard] = try session.models([])
    tasks = labels.map { task, labels in
      let known = cards.first { $0.task == task }?.classes ?? []
      let learnt = Set(train.compactMap { labels[$0.id] })
      return Task(name: task, classes: known.filter(learnt.contains), labels: labels)
    }
    statements.append(statement)
  }

  /// Of several sources, one that found the unit outweighs those that did not.
  private mutating func readActionUnits(in session: ReadOnlySession) throws {
    let statement = SQLStatement(
      """
      SELECT au, sample_id, max(present) AS present FROM (
        SELECT c.au, c.sample_id, 0 AS present
        FROM au_coded c JOIN samples s ON s.sample_id = c.sample_id WHERE s.dataset = :dataset
        UNION ALL
        SELECT a.au, a.sample_id, 1
        FROM aus a JOIN samples s ON s.sample_id = a.sample_id WHERE s.dataset = :dataset)
      GROUP BY au, sample_id
      """, [.init("dataset", .text(scope.dataset))])
    try session.forEachRow(of: statement) { row in
      if let au = row[0].int, let id = row[1].int {
        actionUnits[au, default: [:]][id] = row[2].int == 1
      }
      return true
    }
    statements.append(statement)
  }
}
