extension ConceptPass {
  /// The published fit: gradient descent with momentum (v ← μ·v + ∇, w ← w − η·v).
  ///
  /// With a batch the samples of every epoch come in a random order that depends on the seed and
  /// the epoch alone; the last batch of an epoch may be smaller.
  func descend(from start: [Double], alpha: Double, options: ConceptOptions) -> ConceptFit {
    let loss = PublishedLoss(alpha: alpha)
    let all = samples.indices
    _ = evaluate([Double](repeating: 0, count: start.count), all, loss: loss, curvature: false)
    let reference = largest(gradient)
    var weights = start
    var velocity = [Double](repeating: 0, count: start.count)
    var steps = 0
    for epoch in 0..<max(0, options.epochs) {
      for batch in batches(epoch, options) {
        _ = evaluate(weights, batch, loss: loss, curvature: false)
        for channel in weights.indices {
          velocity[channel] = options.momentum * velocity[channel] + gradient[channel]
          weights[channel] -= options.learningRate * velocity[channel]
        }
        steps += 1
      }
    }
    let final = evaluate(weights, all, loss: loss, curvature: false)
    let ratio = reference > 0 ? largest(gradient) / reference : 0
    return ConceptFit(
      weights: weights, alpha: alpha, loss: final, objective: final, iterations: steps,
      gradientRatio: ratio, converged: ratio <= options.gradientTolerance)
  }

  private func batches(_ epoch: Int, _ options: ConceptOptions) -> [ArraySlice<Int>] {
    let count = samples.count
    guard let batch = options.batch, batch < count else { return [Array(0..<count)[...]] }
    let size = max(1, batch)
    var random = RandomStream(
      seed: options.seed, RandomStream.key("concept batches"), UInt64(epoch))
    let order = random.permutation(count)
    return (0..<(count + size - 1) / size).map {
      order[$0 * size..<min(count, ($0 + 1) * size)]
    }
  }
}
