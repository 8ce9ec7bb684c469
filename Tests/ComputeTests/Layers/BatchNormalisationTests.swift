import Testing

@testable import Compute

/// Values from PyTorch's `BatchNorm2d(2, eps=1e-3)` on a batch of two samples of 2×1×2.
@Suite("Batch normalisation")
struct BatchNormalisationTests {
  private let norm = BatchNormalisation(
    shape: Shape(channels: 2, height: 1, width: 2), epsilon: 1e-3)
  private let x = Activation(
    channelsFirst: [1, 2, 0.5, -1, 4, -3, 2, 8], samples: 2,
    shape: Shape(channels: 2, height: 1, width: 2))
  private let weight: [Float] = [1.5, 0.5]
  private let bias: [Float] = [0.1, -0.2]

  @Test("Inference uses the running statistics")
  func inference() {
    let statistics = norm.statistics(runningMean: [0.3, 0.7], runningVariance: [2, 3])
    let expected: [Float] = [
      0.842276573, 1.90267169, -0.257725418, -0.69066596, 4.02346182, -3.39930391, 0.175215185,
      1.90697753,
    ]
    #expect(relativeError(apply(statistics), expected) < 1e-6)
  }

  @Test("Training uses the batch's statistics and moves the running ones")
  func training() {
    let (mean, variance) = (FloatBuffer([0.3, 0.7]), FloatBuffer([2, 3]))
    let statistics = norm.statistics(
      ofBatch: x.values, samples: 2, runningMean: mean.start, runningVariance: variance.start,
      workers: Workers(count: 2))
    let expected: [Float] = [
      0.099999994, 0.688303113, -0.474398911, -0.693918049, 1.86490941, -2.25321269,
      -0.254879802, 0.623196661,
    ]
    #expect(relativeError(apply(statistics), expected) < 1e-6)
    #expect(relativeError(mean.values(2), [0.370000005, 0.867500007]) < 1e-6)
    #expect(relativeError(variance.values(2), [2.66666675, 4.2562499]) < 1e-6)
  }

  private func apply(_ statistics: BatchNormalisation.Statistics) -> [Float] {
    let y = FloatBuffer(count: 8)
    norm.forward(
      x.values, statistics: statistics, weight: weight, bias: bias, into: y.start, samples: 2,
      workers: Workers(count: 1))
    return Activation(samples: 2, shape: x.shape, values: y.values(8)).channelsFirst()
  }
}
