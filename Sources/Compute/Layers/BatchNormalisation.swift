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
    let mean = channelSums(samples: samples, workers: workers) { pixel, sums in
      for c in 0..<channels { sums[c] += Double(x[pixel * channels + c]) }
    }.map { $0 / count }
    let variance = channelSums(samples: samples, workers: workers) { pixel, sums in
      for c in 0..<channels {
        let deviation = Double(x[pixel * channels + c]) - mean[c]
        sums[c] += deviation * deviation
      }
    }.map { $0 / count }
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

  /// y = (x − mean) / deviation · weight + bias; x and y may be the same memory.
  func forward(
    _ x: UnsafePointer<Float>, statistics: Statistics, weight: UnsafePointer<Float>,
    bias: UnsafePointer<Float>?, into y: UnsafeMutablePointer<Float>, samples: Int,
    workers: Workers
  ) {
    let channels = shape.channels
    let scale = (0..<channels).map { weight[$0] * statistics.inverseDeviation[$0] }
    let shift = (0..<channels).map { (bias?[$0] ?? 0) - statistics.mean[$0] * scale[$0] }
    workers.forEach(samples) { sample in
      for pixel in sample * shape.pixels..<(sample + 1) * shape.pixels {
        let (source, target) = (x + pixel * channels, y + pixel * channels)
        for c in 0..<channels { target[c] = source[c] * scale[c] + shift[c] }
      }
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
  ///   - dWeight: One number a channel, overwritten.
  ///   - dBias: One number a channel, overwritten.
  ///   - samples: Samples in the batch.
  ///   - workers: Threads to use.
  func gradient(
    x: UnsafePointer<Float>, dy: UnsafeMutablePointer<Float>, statistics: Statistics,
    ofBatch: Bool, weight: UnsafePointer<Float>, dWeight: UnsafeMutablePointer<Float>,
    dBias: UnsafeMutablePointer<Float>, samples: Int, workers: Workers
  ) {
    let channels = shape.channels
    let (mean, inverse) = (statistics.mean, statistics.inverseDeviation)
    let sums = channelSums(samples: samples, workers: workers) { pixel, sums in
      for c in 0..<channels { sums[c] += Double(dy[pixel * channels + c]) }
    }
    let products = channelSums(samples: samples, workers: workers) { pixel, sums in
      for c in 0..<channels {
        let place = pixel * channels + c
        sums[c] += Double(dy[place] * ((x[place] - mean[c]) * inverse[c]))
      }
    }
    let count = ofBatch ? Double(samples * shape.pixels) : .infinity
    let meanGradient = sums.map { Float($0 / count) }
    let meanProduct = products.map { Float($0 / count) }
    for c in 0..<channels {
      dBias[c] = Float(sums[c])
      dWeight[c] = Float(products[c])
    }
    workers.forEach(samples) { sample in
      for pixel in sample * shape.pixels..<(sample + 1) * shape.pixels {
        for c in 0..<channels {
          let place = pixel * channels + c
          let normalised = (x[place] - mean[c]) * inverse[c]
          dy[place] =
            weight[c] * inverse[c] * (dy[place] - meanGradient[c] - normalised * meanProduct[c])
        }
      }
    }
  }

  /// Sums over all pixels of the batch, sample by sample, then in order of the samples.
  private func channelSums(
    samples: Int, workers: Workers,
    _ add: (_ pixel: Int, _ sums: UnsafeMutablePointer<Double>) -> Void
  ) -> [Double] {
    let channels = shape.channels
    var partial = [Double](repeating: 0, count: samples * channels)
    partial.withUnsafeMutableBufferPointer { partial in
      guard let base = partial.baseAddress else { return }
      workers.forEach(samples) { sample in
        for pixel in sample * shape.pixels..<(sample + 1) * shape.pixels {
          add(pixel, base + sample * channels)
        }
      }
    }
    return (0..<channels).map { c in
      (0..<samples).reduce(0) { $0 + partial[$1 * channels + c] }
    }
  }
}
