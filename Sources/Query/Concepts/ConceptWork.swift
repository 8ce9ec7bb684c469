internal import Compute
internal import Synchronization
internal import Warehouse

/// The work behind a request: each layer key once, what is stored already left out.
struct ConceptWork {
  let request: ConceptRequest
  let store: Store
  let scope: SampleScope
  let dataset: Int64
  let samples: ConceptSamples
  let units: [Int]
  let limits: ReadOnlySession.Limits

  private(set) var records: [ConceptSet.Name: ConceptRecord] = [:]
  /// How many of the records were stored.
  private(set) var kept = 0
  private var truths: [String: ConceptTruths] = [:]

  init(
    request: ConceptRequest, store: Store, scope: SampleScope, dataset: Int64,
    samples: ConceptSamples, units: [Int], limits: ReadOnlySession.Limits
  ) {
    self.request = request
    self.store = store
    self.scope = scope
    self.dataset = dataset
    self.samples = samples
    self.units = units
    self.limits = limits
  }

  /// Finds or computes every concept of some layers.
  mutating func run(
    _ places: [ConceptPlace], progress: ReadOnlySession.ConceptProgress,
    keep: ReadOnlySession.ConceptKeeping?
  ) throws {
    var missing: [(place: ConceptPlace, units: [Int])] = []
    var seen = Set<String>()
    for place in places where seen.insert(place.key).inserted {
      let left = try units.filter { try !find($0, in: place) }
      if !left.isEmpty { missing.append((place, left)) }
    }
    let total = missing.reduce(0) { $0 + $1.units.count }
    var done = 0
    for (place, units) in missing {
      progress(done, total, place.layer)
      var found = try compute(units, in: place) { [done] in
        progress(done + $0, total, place.layer)
      }
      if let ids = try keep?(found.map { $0.row(dataset: dataset) }), ids.count == found.count {
        for index in found.indices { found[index].id = ids[index] }
      }
      for record in found { records[.init(key: record.key, au: record.au)] = record }
      done += units.count
    }
    progress(total, total, "")
  }

  /// Takes over a stored concept; false if there is none.
  private mutating func find(_ au: Int, in place: ConceptPlace) throws -> Bool {
    var record = try blank(au, in: place)
    let identity = ConceptRow.Identity(
      key: place.key, dataset: dataset, au: au, split: record.split,
      loss: record.loss.rawValue, options: record.options)
    guard let stored = try store.concept(identity) else { return false }
    try record.fill(from: stored, samples: samples)
    records[.init(key: place.key, au: au)] = record
    kept += 1
    return true
  }

  /// A record that says what is wanted.
  private mutating func blank(_ au: Int, in place: ConceptPlace) throws -> ConceptRecord {
    let masks = try truths(of: place).masks
    let options = ConceptOptionsText(
      request.settings, height: masks.height, width: masks.width, quantile: place.quantile ?? 0)
    return ConceptRecord(
      key: place.key, layer: place.layer, au: au, dataset: scope.dataset,
      split: scope.split.rawValue, options: try options.text(), loss: request.settings.loss)
  }

  private mutating func truths(of place: ConceptPlace) throws -> ConceptTruths {
    if let found = truths[place.inputKey] { return found }
    let made = ConceptTruths(
      masks: try ConceptMasks(
        store: store, dataset: dataset, inputKey: place.inputKey, grid: request.settings.grid))
    truths[place.inputKey] = made
    return made
  }

  private mutating func compute(
    _ units: [Int], in place: ConceptPlace, done: @Sendable (Int) -> Void
  ) throws -> [ConceptRecord] {
    let known = try truths(of: place)
    let truths = try units.map { au in
      try checkInterrupted()
      return try known.truth(au, of: samples, seed: request.settings.seed)
    }
    let layer = try layer(place, of: samples.positions, on: known.masks)
    let options = request.settings.computeOptions
    // A few action units leave threads over, which share the samples of a fit.
    let threads = truths.count < request.threads ? request.threads : 1
    let evaluations = truths.map {
      ConceptEvaluation(
        layer: layer, truth: $0, options: options, seed: request.settings.seed, threads: threads)
    }
    let jobs = evaluations.indices.filter { !truths[$0].fit.rows.isEmpty }.flatMap { index in
      ConceptEvaluation.Part.allCases.map { (unit: index, part: $0) }
    }
    let finished = Atomic(0)
    let findings = ParallelWork.map(
      jobs.count, threads: request.threads, shouldStop: limits.isCancelled
    ) { index in
      let finding = evaluations[jobs[index].unit].run(jobs[index].part)
      let count = finished.wrappingAdd(1, ordering: .relaxed).newValue
      done(count * truths.count / max(1, jobs.count))
      return finding
    }
    try checkInterrupted()
    var found = try units.map { try blank($0, in: place) }
    for (index, truth) in truths.enumerated() { found[index].count(truth) }
    for (job, finding) in zip(jobs, findings) {
      guard let finding else { throw QueryError(.interrupted, "interrupted") }
      found[job.unit].take(finding, of: truths[job.unit], samples: samples)
    }
    return found
  }

  /// The set IoU of single channels over the evaluated samples with an action unit.
  mutating func filterIoUs(_ au: Int, of channels: [Int], in place: ConceptPlace) throws
    -> [Double?]
  {
    let known = try truths(of: place)
    let truth = try known.truth(au, of: samples, seed: request.settings.seed)
    guard !truth.present.rows.isEmpty else { return channels.map { _ in nil } }
    let layer = try layer(
      place, of: truth.present.rows.map { samples.samples[$0].position }, on: known.masks)
    let (rows, masks) = (Array(truth.present.rows.indices), truth.present.masks)
    return ParallelWork.map(
      channels.count, threads: request.threads, shouldStop: limits.isCancelled
    ) { index in
      ConceptScore.setIoU(layer.scores(filter: channels[index], masks: masks, samples: rows))
    }.map { $0 ?? nil }
  }

  /// Reads the bits of a layer at some positions.
  private func layer(_ place: ConceptPlace, of positions: [Int], on masks: ConceptMasks) throws
    -> ConceptLayer
  {
    let bits = try store.readBytes(
      key: place.key, tier: .bits, dataset: dataset, positions: positions)
    guard bits.rowShape == [place.channels, (place.height * place.width + 7) / 8],
      let units = UnitBits(
        samples: positions.count, channels: place.channels, height: place.height,
        width: place.width, bytes: bits.values)
    else {
      throw QueryError.failed(
        "bits of layer \(place.layer) of \(place.model) have rows of \(bits.rowShape): "
          + "run lethe verify")
    }
    return ConceptLayer(
      units, gridHeight: masks.height, gridWidth: masks.width,
      alignCorners: request.settings.alignCorners)
  }

  private func checkInterrupted() throws {
    if limits.isCancelled() { throw QueryError(.interrupted, "interrupted") }
  }
}

/// What is known of the action units in inputs of one geometry; read once.
final class ConceptTruths {
  let masks: ConceptMasks
  private var known: [Int: ConceptTruth] = [:]

  init(masks: ConceptMasks) { self.masks = masks }

  func truth(_ au: Int, of samples: ConceptSamples, seed: UInt64) throws -> ConceptTruth {
    if let truth = known[au] { return truth }
    let truth = try ConceptTruth(au, of: samples, masks: masks, seed: seed)
    known[au] = truth
    return truth
  }
}
