/// Trains a network epoch by epoch.
///
/// The same task gives the same bits on any number of threads, and also if it is taken up from a
/// checkpoint. A trainer belongs to one thread.
public final class Trainer {
  let task: TrainingTask
  let network: TrainingNetwork
  let optimizer: Optimizer
  /// Learnt tensors from the first trainable layer on, in order.
  let moving: [MovingTensor]
  private let entryShape: Shape
  private let classes: Int
  // Of sets whose samples are the same in every epoch.
  private let frozen: (train: FrozenOutputs?, validation: FrozenOutputs?)
  /// Whether an epoch has begun and not ended.
  private(set) var isWithinEpoch = false

  /// What came of every epoch so far.
  public internal(set) var history: [EpochRecord] = []
  /// The moving parameters of the chosen epoch so far, unless the last one is chosen.
  var bestMoving: Parameters?

  /// A trainer at the start of a task, or where a checkpoint of the same task left off.
  ///
  /// - Parameters:
  ///   - task: What to train, on what, and how.
  ///   - checkpoint: From `checkpoint()` of a trainer of the same task, nil to start afresh.
  /// - Throws: `NetworkError` if the task cannot be carried out or the checkpoint is another's.
  public init(_ task: TrainingTask, resuming checkpoint: TrainingCheckpoint? = nil) throws {
    let graph = task.graph
    try graph.check(task.parameters)
    let plan = Plan(graph, task.numerics)
    entryShape = try task.startingAfter.map { try graph.layer(named: $0).shape } ?? graph.input
    let start = try plan.range(after: task.startingAfter, until: nil, input: entryShape).lowerBound
    let firstTrainable = try graph.firstNode(ofLayer: task.trainableFrom)
    guard firstTrainable >= start else {
      throw NetworkError(
        .training,
        "cannot train from '\(task.trainableFrom)' on activations of"
          + " '\(task.startingAfter ?? Graph.inputName)', which comes later; start before the first"
          + " layer that trains")
    }
    network = TrainingNetwork(
      plan, parameters: task.parameters, start: start, firstTrainable: firstTrainable,
      threads: task.threads)
    let output = graph.shape(of: plan.name(ofSlot: network.outputSlot)) ?? graph.input
    guard output.pixels == 1, output.channels > 1, firstTrainable < network.outputSlot else {
      throw NetworkError(
        .training, "the network ends in \(output), a classifier ends in a vector of classes")
    }
    classes = output.channels
    try task.train.check(classes: classes, isTraining: true)
    try task.validation?.check(classes: classes, isTraining: false)
    try task.options.check(classes: classes, hasValidation: task.validation != nil)
    moving = MovingTensor.all(of: network)
    optimizer = Optimizer(
      task.options.optimizer, weightDecay: task.options.weightDecay,
      parameters: moving.compactMap { tensor in tensor.gradient.map { (tensor.value, $0) } })
    let outputs = { [network] (set: TrainingSet?) in
      network.frozenShape.flatMap { shape in
        set.flatMap { FrozenOutputs(samples: $0.count, shape: shape) }
      }
    }
    frozen = (
      task.options.augmentation == nil ? outputs(task.train) : nil, outputs(task.validation)
    )
    self.task = task
    if let checkpoint { try resume(from: checkpoint) }
  }

  /// Whether all epochs are done, or the run has stopped early.
  public var isFinished: Bool {
    if history.count >= task.options.epochs { return true }
    guard let patience = task.options.patience, let best = chosenEpoch else { return false }
    return history.count - best >= patience
  }

  /// The epoch, from 1, whose weights the run would end with now; nil before the first.
  public var chosenEpoch: Int? {
    guard var best = history.first else { return nil }
    for record in history where record.isBetter(than: best, by: task.options.selection) {
      best = record
    }
    return best.epoch
  }

  /// All parameters as they are now.
  public var parameters: Parameters { merged(movingParameters) }

  /// All parameters of the chosen epoch.
  public var best: Parameters { merged(bestMoving ?? movingParameters) }

  /// Runs one epoch, and the validation after it.
  ///
  /// - Parameters:
  ///   - isCancelled: Asked before every step.
  ///   - progress: Told after every step.
  /// - Returns: What came of the epoch.
  /// - Throws: `CancellationError` if cancelled; `NetworkError` if the loss is no finite number;
  ///   what loading throws. After an error the trainer cannot go on: resume from a checkpoint.
  @discardableResult
  public func runEpoch(
    isCancelled: () -> Bool = { false }, progress: (TrainingProgress) -> Void = { _ in }
  ) throws -> EpochRecord {
    guard !isWithinEpoch, !isFinished else {
      throw NetworkError(
        .training,
        isWithinEpoch
          ? "the training was interrupted within an epoch; resume from its last checkpoint"
          : "the training is finished; there is no further epoch to run")
    }
    isWithinEpoch = true
    let epoch = history.count + 1
    var stream = RandomStream(
      seed: task.options.seed, RandomStream.key("order"), UInt64(epoch))
    let order = stream.permutation(task.train.count)
    var sums = CrossEntropy.Sums()
    var rate = task.options.learningRate
    for (step, first) in stride(from: 0, to: order.count, by: task.options.batchSize).enumerated() {
      if isCancelled() { throw CancellationError() }
      let last = min(order.count, first + task.options.batchSize)
      rate = self.rate(step: step, epoch: epoch)
      sums += try train(on: Array(order[first..<last]), epoch: epoch, step: step, rate: rate)
      progress(
        TrainingProgress(
          epoch: epoch, epochs: task.options.epochs, samples: last, samplesPerEpoch: order.count,
          loss: sums.mean))
    }
    let validation = try task.validation.map { try evaluate($0, epoch: epoch, isCancelled) }
    let record = EpochRecord(
      epoch: epoch, learningRate: rate, trainingLoss: sums.mean,
      trainingAccuracy: Double(sums.correct) / Double(order.count),
      validationLoss: validation?.mean,
      validationAccuracy: validation.map { sums in
        Double(sums.correct) / Double(task.validation?.count ?? 1)
      })
    history.append(record)
    if task.options.selection != .last, chosenEpoch == epoch { bestMoving = movingParameters }
    isWithinEpoch = false
    return record
  }

  private func rate(step: Int, epoch: Int) -> Double {
    let batch = task.options.batchSize
    let stepsPerEpoch = (task.train.count + batch - 1) / batch
    return task.options.schedule.rate(
      peak: task.options.learningRate, step: (epoch - 1) * stepsPerEpoch + step,
      of: task.options.epochs * stepsPerEpoch, stepsPerEpoch: stepsPerEpoch)
  }

  private func train(
    on positions: [Int], epoch: Int, step: Int, rate: Double
  ) throws -> CrossEntropy.Sums {
    let seed = task.options.seed
    let logits = try forward(
      task.train, positions, frozen.train, mode: .training(seed: seed, epoch: epoch, step: step)
    ) { batch in
      task.options.augmentation?.apply(to: &batch, indices: positions, seed: seed, epoch: epoch)
    }
    let gradient = network.pool.take(positions.count * classes)
    let sums = CrossEntropy.evaluate(
      logits.start, classes: classes, labels: positions.map { task.train.labels[$0] },
      weights: task.options.classWeights, gradient: gradient.start)
    try check(sums, "training", epoch: epoch, step: step, rate: rate)
    network.backward(gradient)
    optimizer.step(rate: rate, workers: network.workers)
    network.weightsChanged()
    return sums
  }

  /// The logits of these samples of a set, each through the frozen nodes only once if it is kept.
  private func forward(
    _ set: TrainingSet, _ positions: [Int], _ frozen: FrozenOutputs?, mode: TrainingNetwork.Mode,
    change: (inout Activation) -> Void = { _ in }
  ) throws -> FloatBuffer {
    if let outputs = frozen?.outputs(positions) {
      return network.forward(outputs, from: network.firstTrainable, mode: mode)
    }
    var batch = try set.batch(positions, shape: entryShape)
    change(&batch)
    let logits = network.forward(batch, mode: mode)
    if let output = network.frozenOutput { frozen?.keep(output, of: positions) }
    return logits
  }

  private func evaluate(
    _ set: TrainingSet, epoch: Int, _ isCancelled: () -> Bool
  ) throws -> CrossEntropy.Sums {
    var sums = CrossEntropy.Sums()
    for first in stride(from: 0, to: set.count, by: task.options.batchSize) {
      if isCancelled() { throw CancellationError() }
      let positions = Array(first..<min(set.count, first + task.options.batchSize))
      let logits = try forward(set, positions, frozen.validation, mode: .inference)
      sums += CrossEntropy.evaluate(
        logits.start, classes: classes, labels: positions.map { set.labels[$0] },
        weights: task.options.classWeights)
    }
    try check(sums, "validation", epoch: epoch, step: 0, rate: task.options.learningRate)
    return sums
  }

  private func check(
    _ sums: CrossEntropy.Sums, _ what: String, epoch: Int, step: Int, rate: Double
  ) throws {
    guard !sums.loss.isFinite else { return }
    throw NetworkError(
      .diverged,
      "the \(what) loss became \(sums.loss) in epoch \(epoch), step \(step + 1), at learning rate"
        + " \(rate); lower the learning rate, or look for infinite numbers in inputs and weights")
  }

  /// The moving parameters as they are now.
  var movingParameters: Parameters {
    Parameters(moving.map { ($0.name, $0.tensor($0.value)) })
  }

  private func merged(_ changed: Parameters) -> Parameters {
    var all = task.parameters
    for name in changed.names { all[name] = changed[name] }
    return all
  }
}
