extension Plan {
  /// A max-pooling that a convolution can take along while its outputs are in cache.
  struct TakenPooling: Sendable {
    /// The ReLU between them, if there is one.
    let rectifier: Int?
    /// The pooling.
    let pooling: Int
  }

  /// By convolution, the pooling that alone reads what it says, by itself or through its ReLU.
  func takenPoolings() -> [Int: TakenPooling] {
    var found: [Int: TakenPooling] = [:]
    for (index, planned) in nodes.enumerated() {
      guard case .pooling(let pooling) = planned.kernel, pooling.isOfPairs else { continue }
      var node = planned.inputs[0] - 1
      guard node >= 0, readers[node + 1] == 1 else { continue }
      var rectifier: Int?
      if nodes[node].isDone {
        rectifier = node
        node = nodes[node].inputs[0] - 1
      }
      guard case .convolution(let convolution) = nodes[node].kernel, convolution.canPool else {
        continue
      }
      found[node] = TakenPooling(rectifier: rectifier, pooling: index)
    }
    return found
  }
}
