import Compute

/// A small problem that a small network learns in a few epochs, which of the two halves is the brighter one.
enum Toy {
  /// What is trained, and with which parts.
  enum Variant: String, CaseIterable, Sendable {
    /// All layers, batch norm, dropout, augmentation, Adam, one cycle.
    case everything
    /// Only the layers after pool1, SGD, chosen by validation accuracy.
    case head
    /// All layers, AdamW, class weights, cosine, chosen by validation loss.
    case chosen
  }

  /// A task of 45 samples in batches of 16, and 24 to validate.
  static func task(_ variant: Variant) throws -> TrainingTask {
    let graph = try graph(batchNorm: variant == .everything, dropout: variant == .everything)
    var options = TrainingOptions(epochs: 4, batchSize: 16, learningRate: 0.01, seed: 77)
    switch variant {
    case .everything:
      options.optimizer = .adam
      options.schedule = .oneCycle(rise: 0.3, initialDivisor: 25, finalDivisor: 1e4)
      options.augmentation = Augmentation(shift: 1, fill: .zero, brightness: 0.2)
    case .head:
      options.epochs = 8
      options.optimizer = .sgd(momentum: 0.9)
      options.learningRate = 0.05
      options.selection = .highestAccuracy
    case .chosen:
      options.classWeights = [1, 2]
      options.schedule = .cosine(final: 1e-4)
      options.selection = .lowestLoss
    }
    return TrainingTask(
      graph: graph, parameters: graph.initialParameters(seed: 9),
      trainableFrom: variant == .head ? "conv2" : "conv1", options: options,
      train: samples(45, shape: graph.input, seed: 1),
      validation: samples(24, shape: graph.input, seed: 2))
  }

  /// Runs a trainer to its end.
  static func finish(_ trainer: Trainer) throws -> Trainer {
    while !trainer.isFinished { try trainer.runEpoch() }
    return trainer
  }

  private static func graph(batchNorm: Bool, dropout: Bool) throws -> Graph {
    let convolution = Compute.Operation.convolution(
      outputs: 6, kernel: Extent(3), stride: Extent(1), padding: Extent(1), groups: 1)
    let half = Compute.Operation.maxPool(
      kernel: Extent(2), stride: Extent(2), padding: Extent(0))
    var nodes = [
      Node("conv1.conv", convolution, inputs: ["input"]),
      Node("conv1", .relu, inputs: ["conv1.conv"], isLayer: true),
      Node("pool1", half, inputs: ["conv1"], isLayer: true),
      Node("conv2.conv", convolution, inputs: ["pool1"]),
    ]
    if batchNorm {
      nodes.append(Node("conv2.norm", .batchNorm(epsilon: 1e-5), inputs: ["conv2.conv"]))
    }
    nodes.append(
      Node("conv2", .relu, inputs: [batchNorm ? "conv2.norm" : "conv2.conv"], isLayer: true))
    nodes.append(Node("logits.flatten", .flatten, inputs: ["conv2"]))
    if dropout {
      nodes.append(Node("logits.dropout", .dropout(probability: 0.25), inputs: ["logits.flatten"]))
    }
    nodes.append(
      Node(
        "logits", .dense(outputs: 2), inputs: [dropout ? "logits.dropout" : "logits.flatten"],
        isLayer: true))
    return try Graph(input: Shape(channels: 3, height: 8, width: 8), nodes: nodes)
  }

  private static func samples(_ count: Int, shape: Shape, seed: UInt64) -> TrainingSet {
    var batch = randomActivation(samples: count, shape: shape, seed: seed)
    let labels = (0..<count).map { $0 % 3 == 0 ? 1 : 0 }
    for index in batch.values.indices {
      let sample = index / shape.count
      let x = index / shape.channels % shape.width
      if (x >= shape.width / 2) == (labels[sample] == 1) { batch.values[index] += 0.6 }
    }
    return TrainingSet(batch, labels: labels)
  }
}
