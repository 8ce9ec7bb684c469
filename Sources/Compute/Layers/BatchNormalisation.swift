internal import CKernels

/// Batch normalisation over the channels of NHWC batches (Ioffe & Szegedy 2015), as PyTorch has it.
struct BatchNormalisation: Sendable {
  /// Shape of one sample.
  let shape: Shape
  /// Added to the variance.
  let epsilon: Double
  /// The weight of a new batch in the running statistics.
  static let momentum: Float = 0.1

  /// Mean and 1 / √(variance + ε) of every channel.
  struct Statistics {
    var mean: [Float]
    var inverseDeviation: [Float]
  }

  /// Statistics that change nothing: what remains is one weight and one bias a channel.
  var identity: Statistics {
    Statistics(
      mean: Array(repeating: 0, count: shape.channels),
      inverseDeviation: Array(repeating: 1, count: shape.channels))
  }

  /// The statistics to use at inference.
  func statistics(
    runningMean: UnsafePointer<Float>, runningVariance: UnsafePointer<Float>
  ) -> Statistics {
    let channels = 0..<shape.channels
    return Statistics(
      mean: channels.map { runningMean[$0] },
      inverseDeviation: channels.map {
        Float(1 / (Double(runningVariance[$0]) + epsilon).squareRoot())
      })
  }

  /// The statistics of a batch; moves the running ones towards them (with the unbiased variance).
  func statistics(
    ofBatch x: UnsafePointer<Float>, samples: Int, runningMean: UnsafeMutablePointer<Float>,
    runningVariance: UnsafeMutablePointer<Float>, workers: Workers
  ) -> Statistics {
    let channels = shape.channels
    let count = Double(samples * shape.pixels)
    let sums = channelSums(samples: samples, workers: workers) { sample, sums in
      lethe_channel_moments(x + sample * shape.count, shape.pixels, channels, sums)
    }
    let mean = sums[..<channels].map { $0 / count }
    let variance = (0..<channels).map { max(0, sums[channels + $0] / count - mean[$0] * mean[$0]) }
    let momentum = BatchNormalisation.momentum
    for c in 0..<channels {
      let unbiased = Float(variance[c] * count / max(1, count - 1))
      runningMean[c] += momentum * (Float(mean[c]) - runningMean[c])
      runningVariance[c] += momentum * (unbiased - runningVariance[c])
    }
    return Statistics(
      mean: mean.map { Float($0) },
      inverseDeviation: variance.map { Float(1 / ($0 + epsilon).squareRoot()) })
  }

  /// One factor and one term a channel, by which the normalised numbers come from the input.
  private func map(
    _ statistics: Statistics, weight: UnsafePointer<Float>, bias: UnsafePointer<Float>?
  ) -> (scale: [Float], shift: [Float]) {
    let scale = (0..<shape.channels).map { weight[$0] * statistics.inverseDeviation[$0] }
    let shift = (0..<shape.channels).map { (bias?[$0] ?? 0) - statistics.mean[$0] * scale[$0] }
    return (scale, shift)
  }

  /// y = (x − mean) / deviation · weight + bias; x and y may be the same memory.
  ///
  /// - Parameters:
  ///   - x: [samples, shape].
  ///   - statistics: Of the batch, or the running ones.
  ///   - weight: One number a channel.
  ///   - bias: One number a channel, nil for none.
  ///   - rectified: Whether max(y, 0) takes the place of y.
  ///   - y: [samples, shape], overwritten.
  ///   - samples: Samples in the batch.
  ///   - workers: Threads to use.
  func forward(
    _ x: UnsafePointer<Float>, statistics: Statistics, weight: UnsafePointer<Float>,
    bias: UnsafePointer<Float>?, rectified: Bool = false, into y: UnsafeMutablePointer<Float>,
    samples: Int, workers: Workers
  ) {
    let (scale, shift) = map(statistics, weight: weight, bias: bias)
    workers.forEach(samples) { sample in
      lethe_channel_map(
        x + sample * shape.count, shape.pixels, shape.channels, scale, shift, rectified,
        y + sample * shape.count)
    }
  }

  /// Gradients of weight, bias and input.
  ///
  /// With batch statistics, dx = weight · s · (dy − mean(dy) − x̂ · mean(dy · x̂)), where
  /// x̂ = (x − mean) · s; with running ones, dx = weight · s · dy.
  ///
  /// - Parameters:
  ///   - x: The input, [samples, shape].
  ///   - dy: Gradient of the output; overwritten by the gradient of the input.
  ///   - statistics: What `forward` used.
  ///   - ofBatch: Whether they are the batch's own.
  ///   - weight: One number a channel.
  ///   - bias: One number a channel, nil for none.
  ///   - rectified: Whether `forward` rectified; then dy is zero where it let nothing pass.
  ///   - dWeight: One number a channel, overwritten.
  ///   - dBias: One number a channel, overwritten.
  ///   - samples: Samples in the batch.
  ///   - workers: Threads to use.
  func gradient(
    x: UnsafePointer<Float>, dy: UnsafeMutablePointer<Float>, statistics: Statistics,
    ofBatch: Bool, weight: UnsafePointer<Float>, bias: UnsafePointer<Float>?,
    rectified: Bool = false, dWeight: UnsafeMutablePointer<Float>,
    dBias: UnsafeMutablePointer<Float>, samples: Int, workers: Workers
  ) {
    let (channels, size) = (shape.channels, shape.count)
    withNorm(statistics, weight: weight, bias: bias, rectified: rectified) { norm in
      let sums = channelSums(samples: samples, workers: workers) { sample, sums in
        lethe_norm_sums(norm, x + sample * size, dy + sample * size, shape.pixels, channels, sums)
      }
      for c in 0..<channels {
        dBias[c] = Float(sums[c])
        dWeight[c] = Float(sums[channels + c])
      }
      let count = ofBatch ? Double(samples * shape.pixels) : .infinity
      let means = sums.map { Float($0 / count) }
      means.withUnsafeBufferPointer { means in
        guard let mean = means.baseAddress else { return }
        workers.forEach(samples) { sample in
          lethe_norm_gradient(
            norm, x + sample * size, dy + sample * size, shape.pixels, channels, mean,
            mean + channels)
        }
      }
    }
  }

  /// A normalisation as the kernels take it.
  private func withNorm(
    _ statistics: Statistics, weight: UnsafePointer<Float>, bias: UnsafePointer<Float>?,
    rectified: Bool, _ body: (UnsafePointer<lethe_norm>) -> Void
  ) {
    let (scale, shift) = map(statistics, weight: weight, bias: bias)
    let all = FloatBuffer(statistics.mean + statistics.inverseDeviation + scale + shift)
    let channels = shape.channels
    let norm = lethe_norm(
      mean: all.start, inverse: all.start + channels, scale: all.start + 2 * channels,
      shift: all.start + 3 * channels, rectified: rectified)
    withUnsafePointer(to: norm, body)
    withExtendedLifetime(all) {}
  }

  /// Two sums a channel over all pixels of the batch, sample by sample, then in order of the
  /// samples.
  ///
  /// - Parameters:
  ///   - samples: Samples in the batch.
  ///   - workers: Threads to use.
  ///   - sum: Writes the sums of a sample, [2, channels].
  /// - Returns: [2, channels].
  private func channelSums(
    samples: Int, workers: Workers,
    _ sum: (_ sample: Int, _ sums: UnsafeMutablePointer<Double>) -> Void
  ) -> [Double] {
    let count = 2 * shape.channels
    var partial = [Double](repeating: 0, count: samples * count)
    partial.withUnsafeMutableBufferPointer { partial in
      guard let base = partial.baseAddress else { return }
      workers.forEach(samples) { sum($0, base + $0 * count) }
    }
    return (0..<count).map { place in
      (0..<samples).reduce(0) { $0 + partial[$1 * count + place] }
    }
  }
}
