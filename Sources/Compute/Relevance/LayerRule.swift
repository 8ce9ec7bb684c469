/// A rule with everything about one layer prepared.
///
/// Prepared buffers are only read, so one rule may serve several runs at once.
protocol LayerRule {
  /// Hands relevance on from the outputs of a layer to its inputs.
  ///
  /// - Parameters:
  ///   - relevance: Relevance of the outputs, [samples, output]; used up.
  ///   - x: What went into the layer, [samples, input].
  ///   - samples: Samples in the batch.
  ///   - workers: Threads to use.
  /// - Returns: Relevance of the inputs, [samples, input].
  func propagate(
    _ relevance: FloatBuffer, to x: FloatBuffer, samples: Int, workers: Workers
  ) -> FloatBuffer
}

/// The weights of a layer in PyTorch's layout, and what a rule must know about them.
struct LayerWeights {
  let layer: AffineLayer
  let weight: [Float]
  /// The bias of the denominators; nil where there is none or it counts as zero.
  let bias: [Float]?
  /// The bias of the layer itself.
  let ownBias: [Float]?
  /// Whether no input is ever negative.
  let isInputNonNegative: Bool
  /// How products are computed.
  let use: AffineWeights.Use

  /// One number an output, from the bias; nil for no bias.
  func bias(_ transform: (Float) -> Float) -> FloatBuffer? {
    bias.map { FloatBuffer($0.map(transform)) }
  }
}

extension RelevanceRule {
  /// The rule, prepared for a layer.
  ///
  /// - Parameters:
  ///   - weights: The layer's.
  ///   - range: The lowest and highest input, each [input]; only ZBox reads it.
  /// - Returns: A rule that can be run.
  func prepared(for weights: LayerWeights, range: (low: [Float], high: [Float])?) -> any LayerRule {
    switch self {
    case .epsilon(let epsilon): EpsilonRule(weights, epsilon: epsilon)
    case .zPlus: SignedRule(weights, .plus)
    case .alphaBeta(let alpha, let beta): SignedRule(weights, .alphaBeta(alpha, beta))
    case .alphaBetaWholeBias(let alpha, let beta):
      SignedRule(weights, .alphaBetaWholeBias(alpha, beta))
    case .gamma(let gamma): SignedRule(weights, .gamma(gamma))
    case .zBox: BoxRule(weights, low: range?.low ?? [], high: range?.high ?? [])
    case .flat: FlatRule(layer: weights.layer)
    case .wSquare: SquareRule(weights)
    }
  }
}

/// The Epsilon rule.
struct EpsilonRule: LayerRule {
  private let weights: AffineWeights
  private let bias: FloatBuffer?
  private let epsilon: Float

  init(_ weights: LayerWeights, epsilon: Float) {
    self.weights = AffineWeights(weights.weight, for: weights.layer)
    bias = weights.bias { $0 }
    self.epsilon = epsilon
  }

  func propagate(
    _ relevance: FloatBuffer, to x: FloatBuffer, samples: Int, workers: Workers
  ) -> FloatBuffer {
    let shares = weights.forward(
      x, bias: bias, finish: .share(relevance.start, epsilon: epsilon), samples: samples,
      workers: workers)
    return weights.transposed(shares, finish: .times(x.start), samples: samples, workers: workers)
  }
}

extension Elementwise {
  /// target *= factor.
  static func multiply(
    _ target: UnsafeMutablePointer<Float>, by factor: UnsafePointer<Float>, _ range: Range<Int>
  ) {
    for index in range { target[index] *= factor[index] }
  }
}
