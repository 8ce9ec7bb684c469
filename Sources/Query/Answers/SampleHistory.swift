internal import Compute
internal import SQLite

/// Whether a sample was right at each rung of a ladder.
struct SampleHistory {
  let sample: Int
  let subject: String
  let label: String
  /// Rung by rung; nil where it was not answered.
  var right: [Bool?]

  init(sample: Int, subject: String, label: String, rungs: Int) {
    self.sample = sample
    self.subject = subject
    self.label = label
    right = Array(repeating: nil, count: rungs)
  }

  var isWhole: Bool { !right.contains(nil) }

  /// Whether it went from right to wrong at a rung.
  func isForgotten(at rung: Int) -> Bool {
    rung > 0 && right[rung - 1] == true && right[rung] == false
  }

  /// Whether it went from wrong to right at a rung.
  func isRegained(at rung: Int) -> Bool {
    rung > 0 && right[rung - 1] == false && right[rung] == true
  }

  /// How often it was forgotten.
  var events: Int { right.indices.count { isForgotten(at: $0) } }
}

extension EventsQuestion {
  /// A row a rung, the variant before everything as rung 0.
  func byRung(
    _ histories: [SampleHistory], rungs: [String], task: String, _ scope: SampleScope
  ) -> Table {
    let subjects = Set(histories.map(\.subject)).sorted()
    let place = Dictionary(
      subjects.enumerated().map { ($0.element, $0.offset) }, uniquingKeysWith: { a, _ in a })
    // Right answers a rung and subject, and samples a subject.
    var right = rungs.map { _ in [Int](repeating: 0, count: subjects.count) }
    var samples = [Int](repeating: 0, count: subjects.count)
    for history in histories {
      let subject = place[history.subject] ?? 0
      samples[subject] += 1
      for rung in rungs.indices where history.right[rung] == true { right[rung][subject] += 1 }
    }
    let bootstrap = SubjectBootstrap(resamples: resamples, seed: seed)
    let n = histories.count
    let accuracy = right.map { Double($0.reduce(0, +)) / Double(n) }
    var forgottenOnce = Set<Int>()
    return Table(
      columns: [
        "rung", "variant", "task", "dataset", "split", "n", "accuracy", "forgotten", "gained",
        "ever_forgotten", "forgetting", "backward_transfer", "lo", "hi",
      ],
      rows: rungs.indices.map { rung in
        let forgotten = histories.filter { $0.isForgotten(at: rung) }
        forgottenOnce.formUnion(forgotten.map(\.sample))
        let best = accuracy[..<rung].max()
        let interval =
          rung == 0
          ? nil
          : bootstrap.interval(
            ratioOf: zip(right[rung], right[0]).map { $0 - $1 }, to: samples)
        return [
          Cell(rung), .text(rungs[rung]), .text(task), .text(scope.dataset),
          .text(scope.split.rawValue), Cell(n), .real(accuracy[rung]), Cell(forgotten.count),
          Cell(histories.count { $0.isRegained(at: rung) }), Cell(forgottenOnce.count),
          Cell(best.map { $0 - accuracy[rung] }),
          Cell(rung == 0 ? nil : accuracy[rung] - accuracy[0]), Cell(interval?.low),
          Cell(interval?.high),
        ]
      })
  }

  /// A row a sample that was forgotten at least once, those forgotten most often first.
  func bySample(
    _ histories: [SampleHistory], rungs: [String], _ session: ReadOnlySession
  ) throws -> Table {
    let forgotten = histories.filter { $0.events > 0 }
      .sorted { ($0.events, $1.sample) > ($1.events, $0.sample) }
    var paths: [Int: (path: String, dataset: String, split: String)] = [:]
    let ids = "[" + forgotten.map { String($0.sample) }.joined(separator: ",") + "]"
    let statement = SQLStatement(
      """
      SELECT s.sample_id, s.path, s.dataset, s.split
      FROM json_each(:ids) j JOIN samples s ON s.sample_id = j.value
      """, [.init("ids", .text(ids))])
    try session.forEachRow(of: statement) { row in
      paths[row[0].int ?? 0] = (row[1].string ?? "", row[2].string ?? "", row[3].string ?? "")
      return true
    }
    return Table(
      columns: [
        "sample_id", "path", "dataset", "split", "subject", "label", "events",
        "first_forgotten_by", "right",
      ],
      rows: forgotten.map { history in
        let first = rungs.indices.first { history.isForgotten(at: $0) }
        let found = paths[history.sample]
        return [
          Cell(history.sample), Cell(found?.path), Cell(found?.dataset), Cell(found?.split),
          .text(history.subject), .text(history.label), Cell(history.events),
          Cell(first.map { rungs[$0] }),
          .text(history.right.map { $0 == true ? "1" : "0" }.joined()),
        ]
      })
  }
}
