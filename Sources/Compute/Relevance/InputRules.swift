/// The WSquare rule: relevance goes by squared weights, whatever the input.
struct SquareRule: LayerRule {
  private let layer: AffineLayer
  private let squares: AffineWeights
  // Σ w² over inputs that are seen, + b²: the same for every sample.
  private let denominators: FloatBuffer

  init(_ weights: LayerWeights) {
    layer = weights.layer
    squares = AffineWeights(weights.weight.map { $0 * $0 }, for: weights.layer)
    let ones = FloatBuffer(Array(repeating: 1, count: weights.layer.inputCount))
    denominators = squares.forward(
      ones, bias: weights.bias { $0 * $0 }, samples: 1, workers: Workers(count: 1))
  }

  func propagate(
    _ relevance: FloatBuffer, to x: FloatBuffer, samples: Int, workers: Workers
  ) -> FloatBuffer {
    let count = layer.outputCount
    workers.forEach(samples) { sample in
      Stabiliser.standard.divide(
        relevance.start + sample * count, by: denominators.start, count: count)
    }
    return squares.transposed(relevance, samples: samples, workers: workers)
  }
}

/// The ZBox rule, for inputs that lie between l and h.
///
/// It is that of Montavon et al. (2017).
struct BoxRule: LayerRule {
  private let layer: AffineLayer
  private let weights: (all: AffineWeights, positive: AffineWeights, negative: AffineWeights)
  private let low: FloatBuffer
  private let high: FloatBuffer
  // l·w⁺ + h·w⁻: the same for every sample.
  private let border: FloatBuffer

  init(_ weights: LayerWeights, low: [Float], high: [Float]) {
    precondition(
      low.count == weights.layer.inputCount && high.count == low.count,
      "ZBox needs a range for every input")
    layer = weights.layer
    self.weights = (
      AffineWeights(weights.weight, for: layer),
      AffineWeights(weights.weight.map { max($0, 0) }, for: layer),
      AffineWeights(weights.weight.map { min($0, 0) }, for: layer)
    )
    (self.low, self.high) = (FloatBuffer(low), FloatBuffer(high))
    let workers = Workers(count: 1)
    border = self.weights.positive.forward(self.low, bias: nil, samples: 1, workers: workers)
    let upper = self.weights.negative.forward(
      self.high, bias: nil, samples: 1, workers: workers)
    Elementwise.add(upper.start, to: border.start, 0..<layer.outputCount)
  }

  func propagate(
    _ relevance: FloatBuffer, to x: FloatBuffer, samples: Int, workers: Workers
  ) -> FloatBuffer {
    let z = weights.all.forward(x, bias: nil, samples: samples, workers: workers)
    let outputs = layer.outputCount
    workers.forEach(samples) { sample in
      let sum = z.start + sample * outputs
      for index in 0..<outputs { sum[index] -= border.start[index] }
      Stabiliser.standard.divide(relevance.start + sample * outputs, by: sum, count: outputs)
    }
    let back = weights.all.transposed(relevance, samples: samples, workers: workers)
    let lower = weights.positive.transposed(relevance, samples: samples, workers: workers)
    let upper = weights.negative.transposed(relevance, samples: samples, workers: workers)
    let inputs = layer.inputCount
    workers.forEach(samples) { sample in
      for index in 0..<inputs {
        let place = sample * inputs + index
        back.start[place] =
          x.start[place] * back.start[place] - low.start[index] * lower.start[place]
          - high.start[index] * upper.start[place]
      }
    }
    return back
  }
}
