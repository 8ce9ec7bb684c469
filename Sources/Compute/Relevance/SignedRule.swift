/// The rules that part positive from negative contributions: ZPlus, AlphaBeta, Gamma.
///
/// With P = Σ(x⁺w⁺ + x⁻w⁻) and N = Σ(x⁺w⁻ + x⁻w⁺), each with its part of the bias, a rule turns
/// R into two coefficients p and n an output; then
/// R_i = x⁺(w⁺p + w⁻n) + x⁻(w⁻p + w⁺n), summed over outputs.
/// Where no input is negative, x⁺ is x and every term with x⁻ is left out; where n is 0 throughout,
/// N is. Gamma takes N as z − P, since the sign of z = Σ xw + b decides and must be exact: that is
/// the layer's own output, with its bias even where the denominators go without.
struct SignedRule: LayerRule {
  /// Which of the rules.
  enum Kind: Sendable {
    case plus
    case alphaBeta(Float, Float)
    case alphaBetaWholeBias(Float, Float)
    case gamma(Float)
  }

  private let layer: AffineLayer
  private let kind: Kind
  private let positive: AffineWeights
  // Nil where neither n nor a negative input is needed.
  private let negative: AffineWeights?
  // For Gamma's z: all weights, the bias of the denominators, and what z lacks of the layer's bias.
  private let whole: (weights: AffineWeights, bias: FloatBuffer?, rest: FloatBuffer)?
  private let bias: (positive: FloatBuffer?, negative: FloatBuffer?)
  private let isInputNonNegative: Bool
  private let needsNegativeSum: Bool

  init(_ weights: LayerWeights, _ kind: Kind) {
    layer = weights.layer
    self.kind = kind
    isInputNonNegative = weights.isInputNonNegative
    needsNegativeSum =
      switch kind {
      case .plus, .alphaBeta(_, 0), .alphaBetaWholeBias(_, 0): false
      default: true
      }
    positive = AffineWeights(
      weights.weight.map { max($0, 0) }, for: weights.layer, weights.use)
    negative =
      needsNegativeSum || !isInputNonNegative
      ? AffineWeights(weights.weight.map { min($0, 0) }, for: weights.layer, weights.use) : nil
    if case .gamma = kind {
      let rest = weights.ownBias.map { own in
        own.indices.map { own[$0] - (weights.bias?[$0] ?? 0) }
      }
      whole = (
        AffineWeights(weights.weight, for: weights.layer, .init(isForwardOnly: true)),
        weights.bias { $0 },
        FloatBuffer(rest ?? Array(repeating: 0, count: weights.layer.outputs))
      )
    } else {
      whole = nil
    }
    if case .alphaBetaWholeBias = kind {
      let whole = weights.bias { $0 }
      bias = (whole, whole)
    } else {
      bias = (weights.bias { max($0, 0) }, weights.bias { min($0, 0) })
    }
  }

  func propagate(
    _ relevance: FloatBuffer, to x: FloatBuffer, samples: Int, workers: Workers
  ) -> FloatBuffer {
    if case .plus = kind, isInputNonNegative {
      // The plainest case, in which every number is finished while it is in cache.
      let shares = positive.forward(
        x, bias: bias.positive, finish: .share(relevance.start, epsilon: 1e-6), samples: samples,
        workers: workers)
      return positive.transposed(
        shares, finish: .times(x.start), samples: samples, workers: workers)
    }
    let count = samples * layer.inputCount
    let parts = isInputNonNegative ? (x, nil) : signParts(of: x, count: count, workers: workers)
    let p = sum(
      parts.0, positive, parts.1, negative, bias: bias.positive, samples: samples,
      workers: workers)
    var n: FloatBuffer?
    if let whole {
      n = whole.weights.forward(x, bias: whole.bias, samples: samples, workers: workers)
    } else if needsNegativeSum, let negative {
      n = sum(
        parts.0, negative, parts.1, positive, bias: bias.negative, samples: samples,
        workers: workers)
    }
    let rows = samples * layer.outputCount / layer.outputs
    workers.forEachRange(of: rows, size: max(1, (1 << 14) / layer.outputs)) { range in
      let first = range.lowerBound * layer.outputs
      coefficients(
        relevance.start + first, p.start + first, n.map { $0.start + first },
        count: range.count * layer.outputs)
    }
    let back = carry(p, positive, n, negative, times: parts.0, samples: samples, workers: workers)
    guard let negativePart = parts.1, let negative else { return back }
    let other = carry(
      p, negative, n, positive, times: negativePart, samples: samples, workers: workers)
    workers.forEachRange(of: count) { Elementwise.add(other.start, to: back.start, $0) }
    return back
  }

  /// first·weights + second·others + bias; without `second`, the first product and the bias.
  private func sum(
    _ first: FloatBuffer, _ weights: AffineWeights, _ second: FloatBuffer?,
    _ others: AffineWeights?, bias: FloatBuffer?, samples: Int, workers: Workers
  ) -> FloatBuffer {
    let sum = weights.forward(first, bias: bias, samples: samples, workers: workers)
    guard let second, let others else { return sum }
    let more = others.forward(second, bias: nil, samples: samples, workers: workers)
    workers.forEachRange(of: samples * layer.outputCount) {
      Elementwise.add(more.start, to: sum.start, $0)
    }
    return sum
  }

  /// factor ⊙ (weightsᵀ·p + othersᵀ·n); without `n`, the first product.
  private func carry(
    _ p: FloatBuffer, _ weights: AffineWeights, _ n: FloatBuffer?, _ others: AffineWeights?,
    times factor: FloatBuffer, samples: Int, workers: Workers
  ) -> FloatBuffer {
    let back = weights.transposed(p, samples: samples, workers: workers)
    var more: FloatBuffer?
    if let n, let others {
      more = others.transposed(n, samples: samples, workers: workers)
    }
    workers.forEachRange(of: samples * layer.inputCount) { range in
      if let more { Elementwise.add(more.start, to: back.start, range) }
      Elementwise.multiply(back.start, by: factor.start, range)
    }
    return back
  }

  private func signParts(
    of x: FloatBuffer, count: Int, workers: Workers
  ) -> (FloatBuffer, FloatBuffer?) {
    let (positive, negative) = (FloatBuffer(count: count), FloatBuffer(count: count))
    workers.forEachRange(of: count) { range in
      for index in range {
        let value = x.start[index]
        positive.start[index] = max(value, 0)
        negative.start[index] = min(value, 0)
      }
    }
    return (positive, negative)
  }

  /// Turns the sums P and N (Gamma: P and z) into the coefficients p and n, in place.
  private func coefficients(
    _ relevance: UnsafeMutablePointer<Float>, _ p: UnsafeMutablePointer<Float>,
    _ n: UnsafeMutablePointer<Float>?, count: Int
  ) {
    switch kind {
    case .plus: share(1, relevance, .standard, p, count)
    case .alphaBeta(let alpha, let beta):
      share(alpha, relevance, .standard, p, count)
      if let n { share(-beta, relevance, .standard, n, count) }
    case .alphaBetaWholeBias(let alpha, let beta):
      share(alpha, relevance, .guardZero(1e-7), p, count)
      if let n { share(-beta, relevance, .guardZero(1e-7), n, count) }
    case .gamma(let gamma):
      guard let n, let whole else { return }
      for first in stride(from: 0, to: count, by: layer.outputs) {
        SignedRule.gammaCoefficients(
          gamma, relevance + first, p + first, n + first, rest: whole.rest.start, layer.outputs)
      }
    }
  }

  /// sum = factor · R / stab(sum).
  private func share(
    _ factor: Float, _ relevance: UnsafePointer<Float>, _ stabiliser: Stabiliser,
    _ sum: UnsafeMutablePointer<Float>, _ count: Int
  ) {
    switch stabiliser {
    case .shift(let epsilon):
      for index in 0..<count {
        let z = sum[index]
        sum[index] = factor * relevance[index] / (z < 0 ? z - epsilon : z + epsilon)
      }
    case .guardZero(let least):
      for index in 0..<count {
        let z = sum[index]
        sum[index] = factor * relevance[index] / (z == 0 ? least : z)
      }
    }
  }

  /// Where the layer's own output is positive, c = R / stab(z + γP) goes 1 + γ times to positive
  /// and once to negative contributions; where it is negative, c = R / stab(z + γN) the other way
  /// round.
  private static func gammaCoefficients(
    _ gamma: Float, _ relevance: UnsafePointer<Float>, _ p: UnsafeMutablePointer<Float>,
    _ n: UnsafeMutablePointer<Float>, rest: UnsafePointer<Float>, _ count: Int
  ) {
    for index in 0..<count {
      let (positive, z, epsilon) = (p[index], n[index], Float(1e-6))
      let negative = z - positive
      let own = z + rest[index]
      let isPositive = own > 0
      let sum = z + gamma * (isPositive ? positive : negative)
      let share = relevance[index] / (sum < 0 ? sum - epsilon : sum + epsilon)
      let part = own == 0 ? 0 : share
      p[index] = isPositive ? (1 + gamma) * part : part
      n[index] = isPositive ? part : (1 + gamma) * part
    }
  }
}
