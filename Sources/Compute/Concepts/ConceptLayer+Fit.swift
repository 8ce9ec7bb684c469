extension ConceptLayer {
  /// Fits the embedding of a concept.
  ///
  /// `weighted-bce` is minimised by damped Newton steps from `start`. A channel that is off in all
  /// the samples keeps the weight 0. Where the minimum is at infinity (λ = 0, separable data) the
  /// fit ends with the finite weights at which the gradient is small enough. Without samples, or
  /// where all cells are in the concept or none, the loss is constant: the weights are 0 and
  /// ``ConceptFit/converged`` is true. `published` is gradient descent for the number of steps
  /// that the options say; it converges only by chance.
  /// - Parameters:
  ///   - masks: One a sample of `samples`, in that order, on the layer's grid.
  ///   - samples: Samples of the layer, usually those of the training split with the concept.
  ///   - options: With the layer's `alignCorners`.
  ///   - start: Weights to start from; 0 unless given. Those beyond ±10⁶ or not finite count
  ///     as 0, and all do if `weighted-bce` is worse at `start` than at 0.
  ///   - threads: To share the samples out to; the result is the same for any number.
  /// - Returns: The weights and how the fit went; no number in it is infinite or NaN.
  public func fit(
    _ masks: GridMasks, samples: [Int], options: ConceptOptions, start: [Double]? = nil,
    threads: Int = 1
  ) -> ConceptFit {
    check(masks, samples)
    precondition(options.alignCorners == alignCorners, "the layer was prepared otherwise")
    precondition(start.map { $0.count == channels } ?? true, "one weight a channel to start from")
    let cells = samples.count * layout.cells
    let concept = samples.indices.reduce(0) { $0 + masks.count($1) }
    let alpha = cells == 0 ? 1 : Double(cells - concept) / Double(cells)
    guard concept > 0, concept < cells else { return .constant(channels: channels, alpha: alpha) }
    let isOn = channelsOn(samples)
    let start = (0..<channels).map { channel in
      start.map { isOn[channel] && abs($0[channel]) <= 1e6 ? $0[channel] : 0 } ?? 0
    }
    let pass = ConceptPass(self, masks, samples, threads: threads)
    switch options.loss {
    case .weightedBCE:
      return NewtonFit(pass, alpha: alpha, options: options).run(from: start)
    case .published:
      return pass.descend(from: start, alpha: alpha, options: options)
    }
  }

  /// Which channels have a unit above its threshold in one of the samples.
  private func channelsOn(_ samples: [Int]) -> [Bool] {
    var isOn = [Bool](repeating: false, count: channels)
    for sample in samples {
      let first = positions[starts[sample]].firstUnit
      let end = positions[starts[sample + 1]].firstUnit
      for unit in first..<end { isOn[Int(units[unit])] = true }
    }
    return isOn
  }
}

extension ConceptFit {
  fileprivate static func constant(channels: Int, alpha: Double) -> ConceptFit {
    ConceptFit(
      weights: [Double](repeating: 0, count: channels), alpha: alpha, loss: 0, objective: 0,
      iterations: 0, gradientRatio: 0, converged: true)
  }
}

/// ‖x‖∞.
func largest(_ x: [Double]) -> Double { x.reduce(0) { max($0, abs($1)) } }
