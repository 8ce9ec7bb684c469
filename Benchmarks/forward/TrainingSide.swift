import Compute

/// Steps of gradient descent on one batch.
final class TrainingSide: Side {
  private let trainer: Trainer

  init(_ arguments: Arguments) throws {
    let batch = arguments.batch
    // An epoch of one batch is one step. Two samples a class, for a class of one is refused.
    let options = TrainingOptions(
      epochs: 100_000, batchSize: batch, optimizer: .sgd(momentum: 0.9), learningRate: 1e-3,
      weightDecay: 0)
    trainer = try Trainer(
      TrainingTask(
        graph: arguments.graph, parameters: try arguments.parameters(),
        trainableFrom: arguments.graph.layers[0].name, options: options,
        train: TrainingSet(try arguments.pictures(), labels: (0..<batch).map { $0 / 2 }),
        threads: arguments.threads))
  }

  func run() throws -> Double? { try trainer.runEpoch().trainingLoss }

  let firstSample: [Float] = []
}
