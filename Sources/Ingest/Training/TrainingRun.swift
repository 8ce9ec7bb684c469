import Compute
import Foundation
import Hashing
import SQLite
public import Warehouse

/// Trains one network and stores it.
public struct TrainingRun {
  let request: TrainingRequest
  let store: Store
  let monitor: Monitor

  /// A run of a request.
  public init(_ request: TrainingRequest, store: Store, monitor: Monitor = Monitor()) {
    self.request = request
    self.store = store
    self.monitor = monitor
  }

  /// Trains, epoch by epoch, each kept as a checkpoint; a run that was stopped goes on from there
  /// and ends with the same weights.
  ///
  /// - Returns: Whether anything was trained; false: the model is there already.
  /// - Throws: `IngestError` if another model bears the name or the data set cannot be learnt
  ///   from; `NetworkError` if training diverges; `CancellationError` if the user stopped it.
  @discardableResult
  public func run() throws -> Bool {
    let dataset = try store.dataset(named: request.dataset)
    let parent = try request.parent.map { try store.model(named: $0) }
    let start = try startingNetwork(parent, dataset)
    let plan = try planDigest(start, parent, dataset)
    if try isThere(plan.json) {
      // A kill right after the model was stored leaves its last checkpoint behind.
      try store.removeCheckpoint(named: request.name)
      return false
    }
    let run = try store.beginRun(kind: "train", model: request.name, dataset: dataset.name)
    store.announce("training of \(request.name)")
    do {
      try train(start, plan, dataset, parent)
      try store.finishRun(run, .done)
      return true
    } catch {
      let state: RunState = error is CancellationError ? .interrupted : .failed
      try? store.finishRun(run, state, detail: "\(error)")
      throw error
    }
  }

  /// Whether the model is there, trained as the request says.
  ///
  /// - Throws: As `run`, before it trains.
  func isThere() throws -> Bool {
    let dataset = try store.dataset(named: request.dataset)
    let parent = try request.parent.map { try store.model(named: $0) }
    return try isThere(planDigest(startingNetwork(parent, dataset), parent, dataset).json)
  }

  private func isThere(_ plan: String) throws -> Bool {
    guard let existing = try store.models().first(where: { $0.record.name == request.name }) else {
      return false
    }
    guard existing.record.training == plan else {
      throw IngestError(
        "there is a model `\(request.name)` that was trained otherwise",
        advice: "train under another name, or use another warehouse")
    }
    return true
  }

  private struct Start {
    let graph: Graph
    let parameters: Parameters
    let classes: [String]
    let preprocessing: Preprocessing
    let numerics: Numerics
    let trainableFrom: String
    /// The layer whose stored maps are trained on, where only dense layers move.
    let features: Variant.Layer?
  }

  private func startingNetwork(_ parent: StoredModel?, _ dataset: StoredDataset) throws -> Start {
    let occurring = try store.classes(of: dataset.id, task: request.task)
    guard !occurring.isEmpty else {
      throw IngestError(
        "`\(dataset.name)` has no labels of the task \(request.task)",
        advice: "see `lethe dataset show \(dataset.name)`")
    }
    let classes = Labels.classes(task: request.task, occurring: occurring)
    guard let parent else {
      let size = request.architecture.inputSize
      let graph = try Graph.vgg16(
        VGGOptions(
          inputSize: size, width: request.architecture.width,
          batchNorm: request.architecture.batchNorm, classes: classes.count,
          denseWidth: request.architecture.denseWidth, dropout: request.architecture.dropout))
      return Start(
        graph: graph, parameters: graph.initialParameters(seed: request.seed), classes: classes,
        preprocessing: .builtIn(size: size), numerics: request.numerics?.numerics ?? .fast,
        trainableFrom: try trainableFrom(graph), features: nil)
    }
    let variant = try Variant(parent)
    let (graph, parameters) = try variant.graph.replacingHead(
      classes: classes.count, seed: request.seed, parameters: try store.parameters(of: parent))
    let first = try trainableFrom(graph)
    let before = try graph.layer(before: first)
    let isHead = graph.firstDenseLayer == first
    return Start(
      graph: graph, parameters: parameters, classes: classes, preprocessing: variant.preprocessing,
      numerics: request.numerics?.numerics ?? variant.numerics ?? .fast, trainableFrom: first,
      features: isHead
        ? before.flatMap { before in variant.layers.first { $0.name == before.name } } : nil)
  }

  private func trainableFrom(_ graph: Graph) throws -> String {
    try request.trainableFrom.map { try graph.layer(named: $0).name } ?? graph.layers[0].name
  }

  /// What the result depends on: two equal plans train the same network.
  private struct Plan: Encodable {
    let architecture: VGGArchitecture?
    let classes: [String]
    let dataset: String
    /// Of the samples, their splits and labels: a data set that was replaced is another one.
    let samples: String
    let kernel: String
    let parent: String?
    let recipe: TrainingRecipe
    let seed: UInt64
    let trainableFrom: String
  }

  private func planDigest(
    _ start: Start, _ parent: StoredModel?, _ dataset: StoredDataset
  ) throws -> (json: String, digest: String) {
    let plan = Plan(
      architecture: parent == nil ? request.architecture : nil, classes: start.classes,
      dataset: dataset.name, samples: try sampleDigest(dataset), kernel: start.numerics.kernelPath,
      parent: parent?.sha256,
      recipe: request.recipe, seed: request.seed, trainableFrom: start.trainableFrom)
    let json = String(decoding: try JSONEncoder.sorted.encode(plan), as: UTF8.self)
    return (json, SHA256.hex(of: Array(json.utf8)))
  }

  private func sampleDigest(_ dataset: StoredDataset) throws -> String {
    let hash = SHA256()
    let statement = try store.catalogue.prepare(
      """
      SELECT s.path, s.split, l.label FROM sample s
      LEFT JOIN label l ON l.sample = s.id AND l.task = ?2
      WHERE s.dataset = ?1 ORDER BY s.position
      """)
    try statement.bind([dataset.id, request.task])
    while try statement.step() {
      for text in statement.row { hash.update(text.string ?? "") }
    }
    return hash.hex()
  }

  private func train(
    _ start: Start, _ plan: (json: String, digest: String), _ dataset: StoredDataset,
    _ parent: StoredModel?
  ) throws {
    let source = try source(start, dataset, parent)
    let training = try source.set(split: "train")
    let validation = try source.set(split: "val")
    try check(training, start.classes, dataset)
    let task = TrainingTask(
      graph: start.graph, parameters: try initialParameters(start, parent, training),
      startingAfter: start.features?.name,
      trainableFrom: start.trainableFrom,
      options: recipe(start).options(
        labels: training.labels, classes: start.classes.count,
        inputSize: start.preprocessing.geometry.size, hasValidation: validation.count > 0,
        seed: request.seed),
      train: training, validation: validation.count > 0 ? validation : nil,
      numerics: start.numerics, threads: request.threads)
    let trainer = try Trainer(task, resuming: try checkpoint(plan.digest))
    while !trainer.isFinished { try runEpoch(trainer, plan.digest) }
    try store.save(
      NetworkDescription(
        name: request.name, task: request.task, parent: parent?.record.name, rung: request.rung,
        trainableFrom: start.trainableFrom, seed: Int(exactly: request.seed), graph: start.graph,
        classes: start.classes, preprocessing: start.preprocessing,
        numerics: start.numerics, training: plan.json),
      parameters: trainer.best)
    try store.removeCheckpoint(named: request.name)
  }

  /// Throws, with names, for what the trainer would refuse by numbers.
  private func check(
    _ training: TrainingSet, _ classes: [String], _ dataset: StoredDataset
  ) throws {
    guard training.count > 0 else {
      throw IngestError(
        "`\(dataset.name)` has no train sample with a \(request.task) label",
        advice: "see `lethe dataset show \(dataset.name)`; add it again with --split subject")
    }
    for (index, name) in classes.enumerated()
    where training.labels.count(where: { $0 == index }) == 1 {
      throw IngestError(
        "the train split of `\(dataset.name)` has a single sample of “\(name)”, from which"
          + " nothing can be learnt", advice: "add samples of it, or remove its label")
    }
  }

  /// Where training starts: a fresh network is calibrated on some of what it will learn from.
  private func initialParameters(
    _ start: Start, _ parent: StoredModel?, _ training: TrainingSet
  ) throws -> Parameters {
    guard parent == nil else { return start.parameters }
    var stream = RandomStream(seed: request.seed, RandomStream.key("calibration"))
    let chosen = Array(stream.permutation(training.count).prefix(64))
    guard !chosen.isEmpty else { return start.parameters }
    return try start.graph.calibrated(
      start.parameters, on: training.load(chosen), threads: request.threads)
  }

  private func recipe(_ start: Start) -> TrainingRecipe {
    var recipe = request.recipe
    if start.features != nil { recipe.augments = false }
    return recipe
  }

  /// Makes sure that inputs or features are stored.
  private func source(
    _ start: Start, _ dataset: StoredDataset, _ parent: StoredModel?
  ) throws -> SampleSource {
    let content: SampleSource.Content
    if let features = start.features, let parent {
      _ = try FeatureIngest(
        store: store, models: [parent], layer: features.name, dataset: dataset,
        threads: request.threads, monitor: monitor
      ).run()
      content = .features(features)
    } else {
      try InputIngest(
        store: store, geometry: start.preprocessing.geometry, dataset: dataset,
        threads: request.threads, monitor: monitor
      ).run()
      content = .inputs(start.preprocessing)
    }
    return SampleSource(
      store: store, dataset: dataset, task: request.task, classes: start.classes, content: content)
  }

  private func checkpoint(_ digest: String) throws -> TrainingCheckpoint? {
    guard let kept = try store.checkpoint(named: request.name), kept.metadata["plan"] == digest,
      let header = kept.metadata["trainer"]
    else { return nil }
    return TrainingCheckpoint(
      header: header,
      tensors: Parameters(
        kept.tensors.map { ($0.name, Tensor(shape: $0.shape, values: $0.values)) }))
  }

  private func runEpoch(_ trainer: Trainer, _ digest: String) throws {
    let record = try trainer.runEpoch(isCancelled: monitor.isCancelled) { progress in
      let before = (progress.epoch - 1) * progress.samplesPerEpoch
      monitor.report(
        "train \(request.name)", before + progress.samples,
        of: progress.epochs * progress.samplesPerEpoch, "samples",
        remark: "epoch \(progress.epoch)/\(progress.epochs), loss \(Self.short(progress.loss))")
    }
    let checkpoint = try trainer.checkpoint()
    let tensors = checkpoint.tensors.names.compactMap { name in
      checkpoint.tensors[name].map { StoredTensor(name: name, shape: $0.shape, values: $0.values) }
    }
    try store.saveCheckpoint(
      named: request.name, metadata: ["plan": digest, "trainer": checkpoint.header],
      tensors: tensors)
    try store.saveEpochs(trainer.history.flatMap(Self.rows), model: request.name)
    let validation = record.validationAccuracy.map { ", validation \(Self.short($0))" } ?? ""
    monitor.message(
      "\(request.name): epoch \(record.epoch), loss \(Self.short(record.trainingLoss)), accuracy"
        + " \(Self.short(record.trainingAccuracy))\(validation)")
  }

  private static func rows(of record: EpochRecord) -> [EpochRow] {
    var rows = [
      EpochRow(
        epoch: record.epoch, split: "train", loss: record.trainingLoss,
        accuracy: record.trainingAccuracy)
    ]
    if let loss = record.validationLoss, let accuracy = record.validationAccuracy {
      rows.append(EpochRow(epoch: record.epoch, split: "val", loss: loss, accuracy: accuracy))
    }
    return rows
  }

  private static func short(_ value: Double) -> String { String(format: "%.3f", value) }
}
