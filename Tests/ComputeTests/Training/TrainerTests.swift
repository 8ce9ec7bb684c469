import Compute
import Synchronization
import Testing

@Suite("Trainer")
struct TrainerTests {
  @Test(
    "Ten losses of SGD with momentum and weight decay equal PyTorch's to 1e-3",
    arguments: Numerics.allCases)
  func sgd(numerics: Numerics) throws {
    try checkGoldenLosses(
      "sgd", .sgd(momentum: 0.9), learningRate: 0.002, weightDecay: 5e-4, numerics)
  }

  // Four samples leave many gradients at zero, whose rounding errors Adam makes into whole steps:
  // with `fast` these come to several per cent of the loss here.
  @Test("Ten losses of Adam equal PyTorch's to 1e-3, computed strictly")
  func adam() throws {
    try checkGoldenLosses("adam", .adam, learningRate: 1e-3, weightDecay: 0, .strict)
  }

  /// The reference trains on four samples as one batch; every sample twice has the same mean loss
  /// and gradient.
  private func checkGoldenLosses(
    _ name: String, _ optimizer: OptimizerMethod, learningRate: Double, weightDecay: Double,
    _ numerics: Numerics
  ) throws {
    let targets = try Golden.targets()
    let trainer = try Trainer(
      TrainingTask(
        graph: Golden.graph(), parameters: Golden.parameters(), trainableFrom: "conv1_1",
        options: TrainingOptions(
          epochs: 10, batchSize: 8, optimizer: optimizer, learningRate: learningRate,
          weightDecay: weightDecay),
        train: TrainingSet(
          Golden.input().selecting([0, 1, 2, 3, 0, 1, 2, 3]), labels: targets + targets),
        numerics: numerics, threads: 2))
    while !trainer.isFinished { try trainer.runEpoch() }
    #expect(trainer.history.count == 10)
    for (record, value) in zip(trainer.history, try Golden.tensor("train/\(name)_losses").values) {
      #expect(abs(record.trainingLoss - Double(value)) <= 1e-3 * Double(value))
    }
  }

  @Test("Training is the same, bit for bit, on any number of threads")
  func threads() throws {
    let results = try [1, 2, 3].map { threads in
      var task = try Toy.task(.everything)
      task.threads = threads
      return try Toy.finish(Trainer(task))
    }
    #expect(results[1].parameters == results[0].parameters)
    #expect(results[2].parameters == results[0].parameters)
    #expect(results[1].history == results[0].history)
  }

  @Test("A run taken up from a checkpoint ends with the same bits", arguments: Toy.Variant.allCases)
  func resume(variant: Toy.Variant) throws {
    let task = try Toy.task(variant)
    let whole = try Toy.finish(Trainer(task))
    for epochs in 0..<task.options.epochs {
      let first = try Trainer(task)
      for _ in 0..<epochs where !first.isFinished { try first.runEpoch() }
      let stored = try first.checkpoint()
      let copy = TrainingCheckpoint(header: stored.header, tensors: stored.tensors)
      let second = try Toy.finish(Trainer(task, resuming: copy))
      #expect(second.history == whole.history)
      #expect(second.parameters == whole.parameters)
      #expect(second.best == whole.best)
    }
  }

  @Test("Training learns, moves what may move and nothing else")
  func frozen() throws {
    let task = try Toy.task(.head)
    let trainer = try Toy.finish(Trainer(task))
    #expect((trainer.history.first?.trainingLoss ?? 0) > (trainer.history.last?.trainingLoss ?? 9))
    #expect((trainer.history.last?.validationAccuracy ?? 0) > 0.8)
    let moving = try task.graph.parameterNames(from: task.trainableFrom)
    for name in task.parameters.names {
      let isSame = trainer.parameters[name] == task.parameters[name]
      #expect(isSame != moving.contains(name), "\(name)")
    }
  }

  @Test("Stored activations train a head to the same bits as the frozen network before them")
  func storedActivations() throws {
    let task = try Toy.task(.head)
    let pass = try ForwardPass(graph: task.graph, parameters: task.parameters)
    let stored = { (set: TrainingSet) in
      let inputs = try set.load(Array(0..<set.count))
      return TrainingSet(try pass.output(inputs, of: "pool1"), labels: set.labels)
    }
    var short = task
    short.startingAfter = "pool1"
    short.train = try stored(task.train)
    short.validation = try task.validation.map(stored)
    let whole = try Toy.finish(Trainer(task))
    let head = try Toy.finish(Trainer(short))
    #expect(head.history == whole.history)
    #expect(head.parameters == whole.parameters)
  }

  @Test("Samples pass frozen layers once, unless they change from epoch to epoch")
  func frozenOnce() throws {
    var task = try Toy.task(.head)
    let validation = try #require(task.validation)
    let loads = { (task: TrainingTask) throws -> (train: Int, validation: Int) in
      var counted = task
      let (train, other) = (LoadCounter(), LoadCounter())
      counted.train = train.counting(task.train)
      counted.validation = other.counting(validation)
      _ = try Toy.finish(Trainer(counted))
      return (train.samples.load(ordering: .relaxed), other.samples.load(ordering: .relaxed))
    }
    #expect(try loads(task) == (task.train.count, validation.count))
    let epochs = task.options.epochs
    task.options.augmentation = Augmentation(shift: 1)
    #expect(try loads(task) == (epochs * task.train.count, validation.count))
    task.options.augmentation = nil
    task.trainableFrom = "conv1"
    #expect(try loads(task) == (epochs * task.train.count, epochs * validation.count))
  }

  @Test("Early stopping ends the run and keeps the best weights")
  func earlyStopping() throws {
    var task = try Toy.task(.everything)
    task.options.selection = .lowestLoss
    task.options.patience = 2
    task.options.learningRate = 0.05
    task.options.epochs = 40
    let trainer = try Trainer(task)
    var parameters: [Parameters] = []
    while !trainer.isFinished {
      try trainer.runEpoch()
      parameters.append(trainer.parameters)
    }
    let chosen = try #require(trainer.chosenEpoch)
    #expect(trainer.history.count == chosen + 2 && chosen + 2 < 40)
    let losses = trainer.history.compactMap(\.validationLoss)
    #expect(losses.min() == losses[chosen - 1])
    #expect(trainer.best == parameters[chosen - 1])
    #expect(throws: NetworkError.self) { try trainer.runEpoch() }
  }
}

/// Counts the samples that a set loads.
private final class LoadCounter: Sendable {
  let samples = Atomic(0)

  func counting(_ set: TrainingSet) -> TrainingSet {
    TrainingSet(labels: set.labels) { positions in
      self.samples.add(positions.count, ordering: .relaxed)
      return try set.load(positions)
    }
  }
}
