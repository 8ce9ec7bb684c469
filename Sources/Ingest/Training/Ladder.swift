import Compute
public import Foundation
public import Warehouse

/// What a ladder of variants is made from.
public struct LadderOptions: Sendable {
  /// The data set with emotion labels.
  public var emotionDataset: String
  /// The data set with pain labels.
  public var painDataset: String
  /// The network of the first rung, unless it starts from another.
  public var architecture: VGGArchitecture
  /// The model that the first rung starts from; nil: from fresh weights.
  public var initial: String?
  /// How the first rung is trained.
  public var emotion: TrainingRecipe
  /// How the pain rungs are trained.
  public var pain: TrainingRecipe
  /// How heads are put back on frozen features.
  public var head: TrainingRecipe
  /// How convolutions are computed; nil: as in the model that the first rung starts from.
  public var numerics: ChosenNumerics?
  /// Seeds the first repetition; repetition k adds k − 1.
  public var seed: UInt64
  /// Repetitions of the whole ladder.
  public var repetitions: Int
  /// Threads that compute.
  public var threads: Int

  /// Options; the defaults suit a few thousand small pictures on a CPU.
  public init(
    emotionDataset: String = "emotion", painDataset: String = "pain",
    architecture: VGGArchitecture = VGGArchitecture(), initial: String? = nil,
    emotion: TrainingRecipe = TrainingRecipe(epochs: 20, learningRate: 1e-3),
    pain: TrainingRecipe = TrainingRecipe(epochs: 6, learningRate: 3e-4),
    head: TrainingRecipe = TrainingRecipe(epochs: 12, learningRate: 5e-4),
    numerics: ChosenNumerics? = nil, seed: UInt64 = 1, repetitions: Int = 1,
    threads: Int = ProcessInfo.processInfo.activeProcessorCount
  ) {
    self.emotionDataset = emotionDataset
    self.painDataset = painDataset
    self.architecture = architecture
    self.initial = initial
    self.emotion = emotion
    self.pain = pain
    self.head = head
    self.numerics = numerics
    self.seed = seed
    self.repetitions = repetitions
    self.threads = threads
  }
}

/// Trains every rung of the ladder, those that are there already left alone.
///
/// The rungs are those of Prajod, Schiller, Huber and André (2021).
public struct Ladder {
  let options: LadderOptions
  let store: Store
  let monitor: Monitor

  /// A ladder in a warehouse that is open for writing.
  public init(_ options: LadderOptions, store: Store, monitor: Monitor = Monitor()) {
    self.options = options
    self.store = store
    self.monitor = monitor
  }

  /// Trains what is missing, in order.
  ///
  /// - Returns: The names of the variants that were trained now.
  /// - Throws: As `TrainingRun.run`; rungs trained before stay.
  @discardableResult
  public func run() throws -> [String] {
    try checkInitial()
    var trained: [String] = []
    for repetition in 1...max(1, options.repetitions) {
      for rung in Rung.all {
        try monitor.check()
        if rung.name == "emotion-after-pain-fc" { try storeFeatures(repetition) }
        let request = request(rung, repetition)
        if try TrainingRun(request, store: store, monitor: monitor).run() {
          trained.append(request.name)
        }
      }
    }
    return trained
  }

  /// Stores what every rung reads, the inputs of both data sets, so that rungs which train beside
  /// each other need not.
  ///
  /// - Throws: As an ingest does; blocks stored before stay.
  public func prepare() throws {
    try checkInitial()
    let geometry =
      try options.initial.map { try Variant(store.model(named: $0)).preprocessing.geometry }
      ?? Preprocessing.builtIn(size: options.architecture.inputSize).geometry
    for name in [options.emotionDataset, options.painDataset] {
      try InputIngest(
        store: store, geometry: geometry, dataset: try store.dataset(named: name),
        threads: options.threads, monitor: monitor
      ).run()
    }
  }

  /// The features of all pain rungs over the emotion data in one pass, so that what they share is
  /// computed once.
  private func storeFeatures(_ repetition: Int) throws {
    let heads = Rung.all.filter { $0.isHead && $0.task == "emotion" }
    let missing = try heads.filter { rung in
      try !hasModel(Rung.variant(rung.name, repetition: repetition))
    }
    let parents = try missing.compactMap(\.parent).map {
      try store.model(named: Rung.variant($0, repetition: repetition))
    }
    guard !parents.isEmpty else { return }
    _ = try FeatureIngest(
      store: store, models: parents, layer: Rung.features,
      dataset: try store.dataset(named: options.emotionDataset), threads: options.threads,
      monitor: monitor
    ).run()
  }

  /// Throws, before anything is trained, if the first network lacks a layer that a rung names.
  func checkInitial() throws {
    guard let initial = options.initial else { return }
    let variant = try Variant(store.model(named: initial))
    _ = try variant.graph
    for layer in Rung.layers where variant.ordinal(of: layer) == nil {
      throw IngestError(
        "the rungs of the ladder move or freeze `\(layer)`, which `\(initial)` does not have",
        advice: "start from a VGG, or train rungs of your own: lethe train --parent \(initial)")
    }
  }

  private func hasModel(_ name: String) throws -> Bool {
    try store.models().contains { $0.record.name == name }
  }

  func request(_ rung: Rung, _ repetition: Int) -> TrainingRequest {
    let recipe =
      rung.task == "pain" ? options.pain : rung.parent == nil ? options.emotion : options.head
    return TrainingRequest(
      name: Rung.variant(rung.name, repetition: repetition), task: rung.task,
      dataset: rung.task == "pain" ? options.painDataset : options.emotionDataset,
      parent: rung.parent.map { Rung.variant($0, repetition: repetition) } ?? options.initial,
      rung: rung.name,
      trainableFrom: rung.trainableFrom, architecture: options.architecture, recipe: recipe,
      seed: options.seed + UInt64(repetition - 1), numerics: options.numerics,
      threads: options.threads)
  }
}
