/// Whether a heat map names what the network uses: patches are removed and its answer is watched.
///
/// Region perturbation after Samek et al. (2017), pixel flipping with patches of one pixel (Bach
/// et al. 2015).
public struct RegionPerturbation: Sendable, Hashable {
  /// What stands in for a removed patch.
  public enum Replacement: Sendable, Hashable {
    /// The mean of each channel over the whole picture.
    case channelMean
    /// The picture blurred by a Gaussian of this standard deviation in pixels.
    case blur(Double)
  }

  /// In which order patches go.
  public enum Order: Sendable, Hashable {
    /// The most relevant patch first.
    case mostRelevantFirst
    /// The least relevant patch first.
    case leastRelevantFirst
    /// In random order, the baseline.
    case random(seed: UInt64)
  }

  /// The side of a square patch in pixels; patches at the right and lower border may be smaller.
  public var patch: Int
  /// How many times the network is asked after the first; removed patches are spread evenly.
  public var steps: Int
  /// What stands in for a removed patch.
  public var replacement: Replacement
  /// In which order patches go.
  public var order: Order

  /// Choices; by default patches of 8 pixels go in 16 steps, the most relevant first.
  public init(
    patch: Int = 8, steps: Int = 16, replacement: Replacement = .channelMean,
    order: Order = .mostRelevantFirst
  ) {
    self.patch = patch
    self.steps = steps
    self.replacement = replacement
    self.order = order
  }

  /// The target's probability while patches go.
  public struct Curve: Sendable, Equatable {
    /// Probability after step 0 (nothing removed), 1, … `steps` (everything removed).
    public let probabilities: [Double]

    /// A curve through these probabilities, at least two.
    public init(probabilities: [Double]) {
      precondition(probabilities.count >= 2, "a curve has a beginning and an end")
      self.probabilities = probabilities
    }

    /// The area over the perturbation curve: the mean of p(0) − p(k) over k = 0…steps.
    public var aopc: Double {
      let first = probabilities[0]
      return probabilities.reduce(0) { $0 + (first - $1) } / Double(probabilities.count)
    }

    /// The area under the curve over the share of removed patches in 0…1, by trapezoids.
    public var area: Double {
      let inner = probabilities.reduce(0, +) - (probabilities[0] + probabilities.reversed()[0]) / 2
      return inner / Double(probabilities.count - 1)
    }
  }

  /// The curve of every sample of a batch.
  ///
  /// - Parameters:
  ///   - network: The network to ask.
  ///   - inputs: What it is asked about.
  ///   - relevance: Relevance of the inputs, of any number of channels, which are summed.
  ///   - classes: The class whose probability is recorded, one a sample.
  /// - Returns: Curves in the order of the samples.
  /// - Throws: `NetworkError` if the choices, shapes or classes do not fit.
  public func curves(
    of network: ForwardPass, inputs: Activation, relevance: Activation, classes: [Int]
  ) throws -> [Curve] {
    let patches = patchGrid(inputs.shape)
    try check(inputs, relevance, classes, patches: patches.count)
    let orders = relevance.heatMaps.enumerated().map { sample, heat in
      ordered(patches, heat: heat, width: inputs.shape.width, sample: sample)
    }
    let substitute = substitutes(of: inputs)
    var perturbed = inputs
    var probabilities = Array(repeating: [Double](), count: inputs.samples)
    var removed = 0
    for step in 0...steps {
      let end = step * patches.count / steps
      for (sample, order) in orders.enumerated() {
        for patch in order[removed..<end] {
          replace(patches[patch], of: sample, in: &perturbed, by: substitute)
        }
      }
      removed = end
      let answer = try network.probabilities(of: perturbed)
      for (sample, index) in classes.enumerated() {
        guard index < answer.shape.channels else {
          throw NetworkError(
            .input, "there is no class \(index): the network has \(answer.shape.channels)")
        }
        probabilities[sample].append(
          Double(answer.values[sample * answer.shape.channels + index]))
      }
    }
    return probabilities.map { Curve(probabilities: $0) }
  }

  private func check(
    _ inputs: Activation, _ relevance: Activation, _ classes: [Int], patches: Int
  ) throws {
    guard patch >= 1, steps >= 1, steps <= patches else {
      throw NetworkError(
        .input,
        "region perturbation takes patches of at least 1 pixel and 1 to \(patches) steps, one a"
          + " patch; not \(patch) and \(steps)")
    }
    let fits =
      relevance.samples == inputs.samples && relevance.shape.height == inputs.shape.height
      && relevance.shape.width == inputs.shape.width
    guard fits, classes.count == inputs.samples, classes.allSatisfy({ $0 >= 0 }) else {
      throw NetworkError(
        .input,
        "region perturbation needs relevance and a class for each of \(inputs.samples) inputs of"
          + " \(inputs.shape), not \(relevance.samples) maps of \(relevance.shape) and"
          + " \(classes.count) classes")
    }
  }
}
