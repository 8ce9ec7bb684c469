import Testing

@testable import Compute

/// Batch normalisation beside plain loops in double precision, for channels that fill cache lines
/// and others.
@Suite("Batch normalisation's kernels")
struct BatchNormalisationKernelTests {
  private static let samples = 3

  /// What plain loops make of a batch; numbers lie as in the batch.
  private struct Reference {
    var mean: [Double] = []
    var variance: [Double] = []
    var y: [Double] = []
    var dx: [Double] = []
    var dWeight: [Double] = []
    var dBias: [Double] = []

    init(
      _ x: [Float], _ dy: [Float], weight: [Float], bias: [Float], epsilon: Double,
      rectified: Bool, ofBatch: Bool
    ) {
      let channels = weight.count
      (y, dx) = (Array(repeating: 0, count: x.count), Array(repeating: 0, count: x.count))
      for c in 0..<channels {
        let places = Array(stride(from: c, to: x.count, by: channels))
        let n = Double(places.count)
        let mean = places.reduce(0) { $0 + Double(x[$1]) } / n
        let variance = places.reduce(0) { $0 + (Double(x[$1]) - mean) * (Double(x[$1]) - mean) } / n
        let inverse = 1 / (variance + epsilon).squareRoot()
        let normal = { (place: Int) in (Double(x[place]) - mean) * inverse }
        var gradients: [Int: Double] = [:]
        for place in places {
          let value = normal(place) * Double(weight[c]) + Double(bias[c])
          y[place] = rectified ? max(0, value) : value
          gradients[place] = rectified && value <= 0 ? 0 : Double(dy[place])
        }
        let sum = places.reduce(0) { $0 + (gradients[$1] ?? 0) }
        let product = places.reduce(0) { $0 + (gradients[$1] ?? 0) * normal($1) }
        for place in places {
          let moved = ofBatch ? sum / n + normal(place) * product / n : 0
          dx[place] = Double(weight[c]) * inverse * ((gradients[place] ?? 0) - moved)
        }
        self.mean.append(mean)
        self.variance.append(variance)
        dWeight.append(product)
        dBias.append(sum)
      }
    }
  }

  @Test(
    "Forward and backward equal plain loops in double precision",
    arguments: [1, 7, 16, 21, 40], [true, false])
  func plainLoops(channels: Int, rectified: Bool) {
    let norm = BatchNormalisation(
      shape: Shape(channels: channels, height: 5, width: 6), epsilon: 1e-3)
    let samples = Self.samples
    let count = samples * norm.shape.count
    // A channel's mean lies far from zero beside its deviation.
    let x = randomValues(count, seed: 1).enumerated().map { place, value in
      value + 20 * Float(place % channels % 5)
    }
    let dy = randomValues(count, seed: 2)
    let (weight, bias) = (randomValues(channels, seed: 3), randomValues(channels, seed: 4))
    for ofBatch in [true, false] {
      let reference = Reference(
        x, dy, weight: weight, bias: bias, epsilon: norm.epsilon, rectified: rectified,
        ofBatch: ofBatch)
      let (mean, variance) = (FloatBuffer(count: channels), FloatBuffer(count: channels))
      for c in 0..<channels { (mean.start[c], variance.start[c]) = (0, 0) }
      let workers = Workers(count: 2)
      let statistics = norm.statistics(
        ofBatch: x, samples: samples, runningMean: mean.start, runningVariance: variance.start,
        workers: workers)
      #expect(relativeError(statistics.mean, reference.mean.map { Float($0) }) < 1e-6)
      let inverse = reference.variance.map { Float(1 / ($0 + norm.epsilon).squareRoot()) }
      #expect(relativeError(statistics.inverseDeviation, inverse) < 1e-6)
      let y = FloatBuffer(count: count)
      norm.forward(
        x, statistics: statistics, weight: weight, bias: bias, rectified: rectified, into: y.start,
        samples: samples, workers: workers)
      #expect(relativeError(y.values(count), reference.y.map { Float($0) }) < 1e-5)
      let (dx, sums) = (FloatBuffer(dy), FloatBuffer(count: 2 * channels))
      norm.gradient(
        x: x, dy: dx.start, statistics: statistics, ofBatch: ofBatch, weight: weight, bias: bias,
        rectified: rectified, dWeight: sums.start, dBias: sums.start + channels, samples: samples,
        workers: workers)
      #expect(relativeError(dx.values(count), reference.dx.map { Float($0) }) < 1e-5)
      let expected = (reference.dWeight + reference.dBias).map { Float($0) }
      #expect(relativeError(sums.values(2 * channels), expected) < 1e-5)
    }
  }

  @Test("A channel that does not vary has the variance 0, wherever it lies")
  func constant() {
    let norm = BatchNormalisation(shape: Shape(channels: 9, height: 8, width: 8), epsilon: 1e-5)
    let (mean, variance) = (FloatBuffer(count: 9), FloatBuffer(count: 9))
    for c in 0..<9 { (mean.start[c], variance.start[c]) = (0, 0) }
    let statistics = norm.statistics(
      ofBatch: [Float](repeating: 12345.678, count: 2 * norm.shape.count), samples: 2,
      runningMean: mean.start, runningVariance: variance.start, workers: Workers(count: 1))
    let largest = Float(1 / norm.epsilon.squareRoot())
    #expect(statistics.inverseDeviation.allSatisfy { $0 <= largest && $0 > 0.99 * largest })
    #expect(variance.values(9).allSatisfy { $0 >= 0 && $0 < 1e-6 })
  }
}
