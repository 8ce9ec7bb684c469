internal import Compute

/// What probes are to tell of samples.
struct ProbeTargets {
  /// One row of the answer a layer.
  struct Readout {
    /// A class, an action unit as `AU12`, or a task.
    let name: String
    let kind: Kind
    /// The place of its target.
    let target: Int
    /// The place of its target among those told within strata.
    let within: Int?
  }

  /// What a readout looks at.
  enum Kind: Equatable {
    /// The mean recall over all classes of a task.
    case task(String)
    /// One class of a task, by its place among the classes.
    case label(task: String, Int)
    case actionUnit(Int)
  }

  let readouts: [Readout]
  /// Of the samples that probes learn from and of those that they are tried on.
  let (train, held): ([LogisticTarget], [LogisticTarget])
  /// The same with permuted labels.
  let (permutedTrain, permutedHeld): ([LogisticTarget], [LogisticTarget])
  /// The place of the true label of the main task; −1 where it is unknown.
  let (trainStratum, heldStratum): ([Int], [Int])
  /// The task whose labels are the strata.
  let strataTask: String?
  let notes: [String]

  init(_ samples: ProbeSamples, asked: [Int], seed: UInt64) throws {
    let units = try samples.actionUnits(named: asked)
    let tasks = samples.tasks.filter { $0.classes.count > 1 }
    guard !units.isEmpty || !tasks.isEmpty else {
      throw QueryError.nothingFound(
        "the data set \(samples.scope.dataset) has no labels of two classes and no coded action "
          + "unit to probe for")
    }
    let parts = (train: samples.train.map(\.id), held: samples.held.map(\.id))
    let stratum = { (ids: [Int]) in
      ids.map { id in
        tasks.first.flatMap { task in
          task.labels[id].flatMap { task.classes.firstIndex(of: $0) }
        } ?? -1
      }
    }
    let strata = (train: stratum(parts.train), held: stratum(parts.held))
    var list = TargetList(seed: seed)
    if asked.isEmpty { for task in tasks { list.add(task, parts) } }
    for au in units {
      list.add(au, samples.actionUnits[au] ?? [:], parts, strata, hasStrata: !tasks.isEmpty)
    }
    readouts = list.readouts
    (train, held) = (list.train, list.held)
    (permutedTrain, permutedHeld) = (list.permutedTrain, list.permutedHeld)
    (trainStratum, heldStratum) = strata
    strataTask = tasks.first?.name
    notes = ProbeTargets.notes(list.readouts, train, held)
  }

  /// The probes of these targets.
  func battery(_ samples: ProbeSamples, seed: UInt64) -> ProbeBattery {
    ProbeBattery(
      targets: train, permuted: permutedTrain,
      within: readouts.filter { $0.within != nil }.map(\.target), stratum: trainStratum,
      folds: SubjectFolds.assign(samples.train.map(\.subject), seed: seed))
  }

  /// What could not be told, and what was left out.
  private static func notes(
    _ readouts: [Readout], _ train: [LogisticTarget], _ held: [LogisticTarget]
  ) -> [String] {
    let units = readouts.filter { if case .actionUnit = $0.kind { true } else { false } }
    var notes: [String] = []
    let unlearnt = units.filter { train[$0.target].counts.contains(0) }
    if !unlearnt.isEmpty {
      notes.append(
        "nothing to learn from, since the train split knows them present or absent alone: "
          + unlearnt.map(\.name).joined(separator: ", "))
    }
    let untried = units.filter { held[$0.target].counts.contains(0) }
    if !untried.isEmpty {
      notes.append(
        "nothing to try on, present or absent alone: "
          + untried.map(\.name).joined(separator: ", "))
    }
    let unknown = units.compactMap { unit -> String? in
      let count = held[unit.target].labels.count { $0 < 0 }
      return count > 0 ? "\(unit.name) \(count)" : nil
    }
    if !unknown.isEmpty {
      notes.append("samples left out, since not coded: " + unknown.joined(separator: ", "))
    }
    return notes
  }
}

/// Targets as they are collected.
private struct TargetList {
  let seed: UInt64
  var readouts: [ProbeTargets.Readout] = []
  var (train, held): ([LogisticTarget], [LogisticTarget]) = ([], [])
  var (permutedTrain, permutedHeld): ([LogisticTarget], [LogisticTarget]) = ([], [])
  private var withinCount = 0

  init(seed: UInt64) { self.seed = seed }

  /// A task: its mean recall and each class, or of two classes the one that is named like it, else
  /// the second.
  mutating func add(_ task: ProbeSamples.Task, _ parts: (train: [Int], held: [Int])) {
    var classes = task.classes
    if classes.count == 2 {
      if classes[0] == task.name { classes.swapAt(0, 1) }
      readouts.append(readout(classes[1], .label(task: task.name, 1)))
    } else {
      readouts.append(readout(task.name, .task(task.name)))
      for (place, name) in classes.enumerated() {
        readouts.append(readout(name, .label(task: task.name, place)))
      }
    }
    let target = { (ids: [Int]) in
      LogisticTarget(
        labels: ids.map { id in
          Int32(task.labels[id].flatMap { classes.firstIndex(of: $0) } ?? -1)
        }, classes: classes.count)
    }
    append(target(parts.train), target(parts.held), within: nil, name: task.name)
  }

  /// An action unit; its labels are permuted among samples of one stratum, so that what the stratum
  /// tells of it stays.
  mutating func add(
    _ au: Int, _ states: [Int: Bool], _ parts: (train: [Int], held: [Int]),
    _ strata: (train: [Int], held: [Int]), hasStrata: Bool
  ) {
    readouts.append(
      readout("AU\(au)", .actionUnit(au), within: hasStrata ? withinCount : nil))
    if hasStrata { withinCount += 1 }
    append(
      LogisticTarget(isPresent: parts.train.map { states[$0] }),
      LogisticTarget(isPresent: parts.held.map { states[$0] }), within: strata, name: "AU\(au)")
  }

  private func readout(
    _ name: String, _ kind: ProbeTargets.Kind, within: Int? = nil
  ) -> ProbeTargets.Readout {
    ProbeTargets.Readout(name: name, kind: kind, target: train.count, within: within)
  }

  private mutating func append(
    _ learning: LogisticTarget, _ trying: LogisticTarget,
    within strata: (train: [Int], held: [Int])?,
    name: String
  ) {
    train.append(learning)
    held.append(trying)
    permutedTrain.append(permuted(learning, within: strata?.train, name, "train"))
    permutedHeld.append(permuted(trying, within: strata?.held, name, "held"))
  }

  private func permuted(
    _ target: LogisticTarget, within strata: [Int]?, _ name: String, _ part: String
  ) -> LogisticTarget {
    var stream = RandomStream(
      seed: seed, RandomStream.key("permuted labels"), RandomStream.key(name),
      RandomStream.key(part))
    var groups: [Int: [Int]] = [:]
    for (sample, label) in target.labels.enumerated() where label >= 0 {
      groups[strata?[sample] ?? 0, default: []].append(sample)
    }
    var labels = target.labels
    for (_, samples) in groups.sorted(by: { $0.key < $1.key }) {
      for (place, other) in stream.permutation(samples.count).enumerated() {
        labels[samples[place]] = target.labels[samples[other]]
      }
    }
    return LogisticTarget(labels: labels, classes: target.classes)
  }
}
