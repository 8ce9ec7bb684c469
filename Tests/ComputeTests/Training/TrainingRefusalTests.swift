import Compute
import Foundation
import Testing

@Suite("Training refusals")
struct TrainingRefusalTests {
  private func message(_ change: (inout TrainingTask) throws -> Void) throws -> String {
    var task = try Toy.task(.chosen)
    try change(&task)
    let error = #expect(throws: NetworkError.self) { try Trainer(task) }
    return error?.description ?? ""
  }

  private func set(_ labels: [Int]) -> TrainingSet {
    TrainingSet(labels: labels) { positions in
      randomActivation(
        samples: positions.count, shape: Shape(channels: 3, height: 8, width: 8), seed: 1)
    }
  }

  @Test("Sets that cannot be learnt from")
  func sets() throws {
    #expect(try message { $0.train = set([]) }.contains("training set is empty"))
    #expect(try message { $0.validation = set([]) }.contains("validation set is empty"))
    #expect(try message { $0.train = set([0, 0, 1]) }.contains("class 1 has a single"))
    #expect(try message { $0.train = set([0, 0, 0]) }.contains("same class"))
    #expect(try message { $0.train = set([0, 0, 1, 1, 2]) }.contains("sample 4"))
    #expect(try message { $0.validation = set([0, -1]) }.contains("class -1"))
  }

  @Test("Options that contradict themselves")
  func options() throws {
    #expect(try message { $0.options.epochs = 0 }.contains("epochs"))
    #expect(try message { $0.options.batchSize = 0 }.contains("batch size"))
    #expect(try message { $0.options.learningRate = .nan }.contains("learning rate"))
    #expect(try message { $0.options.weightDecay = -1 }.contains("weight decay"))
    #expect(try message { $0.options.optimizer = .sgd(momentum: 1) }.contains("momentum"))
    #expect(try message { $0.options.classWeights = [1] }.contains("1 class weights"))
    #expect(try message { $0.options.classWeights = [1, 0] }.contains("positive"))
    #expect(try message { $0.validation = nil }.contains("validation set"))
    #expect(try message { $0.options.patience = 0 }.contains("patience"))
    #expect(try message { $0.options.schedule = .cosine(final: 9) }.contains("cosine"))
    #expect(
      try message { $0.options.augmentation = Augmentation(shift: -1) }.contains("augmentation"))
  }

  @Test("Layers between which nothing can be trained")
  func layers() throws {
    #expect(try message { $0.trainableFrom = "conv7" }.contains("conv7"))
    #expect(
      try message {
        $0.startingAfter = "pool1"
        $0.trainableFrom = "conv1"
      }.contains("comes later"))
    #expect(
      try message { task in
        task.graph = try task.graph.prefix(upTo: "conv2")
      }.contains("vector of classes"))
  }

  @Test("A set that loads something else is reported")
  func loading() throws {
    var task = try Toy.task(.chosen)
    task.train = TrainingSet(labels: task.train.labels) { _ in
      randomActivation(samples: 1, shape: Shape(channels: 3, height: 8, width: 8), seed: 1)
    }
    let trainer = try Trainer(task)
    let error = #expect(throws: NetworkError.self) { try trainer.runEpoch() }
    #expect(error?.description.contains("loaded 1 of") == true)
  }

  @Test("A loss that is no number stops the run and says what to do", arguments: [false, true])
  func divergence(inTheInput: Bool) throws {
    var task = try Toy.task(.chosen)
    if inTheInput {
      let labels = task.train.labels
      task.train = TrainingSet(
        Activation(
          samples: 45, shape: task.graph.input,
          values: Array(repeating: .nan, count: 45 * task.graph.input.count)), labels: labels)
    } else {
      task.options.optimizer = .sgd(momentum: 0.9)
      task.options.learningRate = 1e20
    }
    let trainer = try Trainer(task)
    let error = #expect(throws: NetworkError.self) {
      while !trainer.isFinished { try trainer.runEpoch() }
    }
    #expect(error?.kind == .diverged)
    #expect(error?.description.contains("lower the learning rate") == true)
    #expect(throws: NetworkError.self) { try trainer.checkpoint() }
  }

  @Test("Cancelling ends an epoch at the next step; the run goes on from its checkpoint")
  func cancelling() throws {
    let task = try Toy.task(.everything)
    let trainer = try Trainer(task)
    try trainer.runEpoch()
    let checkpoint = try trainer.checkpoint()
    var steps = 0
    #expect(throws: CancellationError.self) {
      try trainer.runEpoch(isCancelled: { steps == 2 }, progress: { _ in steps += 1 })
    }
    #expect(steps == 2)
    #expect(throws: NetworkError.self) { try trainer.runEpoch() }
    #expect(throws: NetworkError.self) { try trainer.checkpoint() }
    let resumed = try Toy.finish(Trainer(task, resuming: checkpoint))
    #expect(resumed.parameters == (try Toy.finish(Trainer(task))).parameters)
  }

  @Test("A checkpoint of another run, or a damaged one, is refused")
  func checkpoints() throws {
    let task = try Toy.task(.chosen)
    let trainer = try Trainer(task)
    try trainer.runEpoch()
    let whole = try trainer.checkpoint()
    var other = task
    other.options.seed += 1
    #expect(throws: NetworkError.self) { try Trainer(other, resuming: whole) }
    var relabelled = task
    relabelled.train = TrainingSet(labels: task.train.labels.reversed(), load: task.train.load)
    #expect(throws: NetworkError.self) { try Trainer(relabelled, resuming: whole) }
    for name in whole.tensors.names {
      var tensors = whole.tensors
      tensors[name] = nil
      let without = TrainingCheckpoint(header: whole.header, tensors: tensors)
      #expect(throws: NetworkError.self) { try Trainer(task, resuming: without) }
      tensors[name] = Tensor(shape: [1], values: [0])
      let misshapen = TrainingCheckpoint(header: whole.header, tensors: tensors)
      #expect(throws: NetworkError.self) { try Trainer(task, resuming: misshapen) }
    }
    for header in ["", "{}", String(whole.header.dropLast(9))] {
      let broken = TrainingCheckpoint(header: header, tensors: whole.tensors)
      #expect(throws: NetworkError.self) { try Trainer(task, resuming: broken) }
    }
  }

  @Test("Progress counts the samples of the epoch")
  func progress() throws {
    let trainer = try Trainer(Toy.task(.chosen))
    var seen: [TrainingProgress] = []
    try trainer.runEpoch {
      false
    } progress: {
      seen.append($0)
    }
    #expect(seen.map(\.samples) == [16, 32, 45])
    #expect(seen.allSatisfy { $0.samplesPerEpoch == 45 && $0.epoch == 1 && $0.epochs == 4 })
    #expect(seen.last?.loss == trainer.history[0].trainingLoss)
  }
}
