/// Labelled samples that are loaded batch by batch, so that memory follows the batch.
public struct TrainingSet: Sendable {
  /// The class of every sample.
  public let labels: [Int]
  /// Loads the samples at these positions, in this order: pictures, or stored activations.
  public let load: @Sendable ([Int]) throws -> Activation

  /// A set whose samples `load` fetches.
  public init(labels: [Int], load: @escaping @Sendable ([Int]) throws -> Activation) {
    self.labels = labels
    self.load = load
  }

  /// A set that lies in memory.
  public init(_ samples: Activation, labels: [Int]) {
    self.init(labels: labels) { samples.selecting($0) }
  }

  /// How many samples there are.
  public var count: Int { labels.count }

  /// Loads samples and checks what comes.
  func batch(_ positions: [Int], shape: Shape) throws -> Activation {
    let batch = try load(positions)
    guard batch.samples == positions.count, batch.shape == shape else {
      throw NetworkError(
        .training,
        "training needs \(positions.count) samples of \(shape), the set loaded \(batch.samples) of"
          + " \(batch.shape)")
    }
    return batch
  }

  /// Checks that a network of this many outputs can learn from the set.
  func check(classes: Int, isTraining: Bool) throws {
    let name = isTraining ? "training" : "validation"
    guard count > 0 else {
      throw NetworkError(
        .training, "the \(name) set is empty; check the split and which samples carry a label")
    }
    var counts = Array(repeating: 0, count: classes)
    for (position, label) in labels.enumerated() {
      guard (0..<classes).contains(label) else {
        throw NetworkError(
          .training,
          "sample \(position) of the \(name) set has class \(label), the network has classes 0 to"
            + " \(classes - 1)")
      }
      counts[label] += 1
    }
    guard isTraining else { return }
    if let lonely = counts.firstIndex(of: 1) {
      throw NetworkError(
        .training,
        "class \(lonely) has a single training sample, from which nothing can be learnt; add"
          + " samples or leave the class out")
    }
    guard counts.count(where: { $0 > 0 }) > 1 else {
      throw NetworkError(
        .training, "all training samples have the same class; there is nothing to tell apart")
    }
  }
}
