extension Pooling {
  /// Relevance of the input: a maximum gives all to the first winner in reading order, an average
  /// shares by Epsilon, x_i/n · R / stab(Σ x_i/n).
  func propagate(
    _ relevance: FloatBuffer, x: FloatBuffer, y: FloatBuffer, _ samples: Int, _ workers: Workers
  ) -> FloatBuffer {
    if kind != .max {
      workers.forEachRange(of: samples * output.count) { range in
        Stabiliser.standard.divide(
          relevance.start + range.lowerBound, by: y.start + range.lowerBound, count: range.count)
      }
    }
    let result = FloatBuffer(count: samples * input.count)
    gradient(
      x: x.start, y: y.start, dy: relevance.start, into: result.start, samples: samples,
      workers: workers)
    if kind != .max {
      workers.forEachRange(of: samples * input.count) { range in
        Elementwise.multiply(result.start, by: x.start, range)
      }
    }
    return result
  }
}

extension ChannelMap {
  /// y = x · scale + shift.
  func apply(_ x: FloatBuffer, into y: FloatBuffer, pixels: Int, _ workers: Workers) {
    let channels = scale.count
    workers.forEachRange(of: pixels, size: 256) { range in
      for pixel in range {
        let (source, target) = (x.start + pixel * channels, y.start + pixel * channels)
        for c in 0..<channels { target[c] = source[c] * scale[c] + shift[c] }
      }
    }
  }

  /// Epsilon for a diagonal layer, in place: R · x·scale / stab(x·scale + shift), or without shift.
  func propagate(
    _ relevance: FloatBuffer, to x: FloatBuffer, pixels: Int, keepsShift: Bool, _ workers: Workers
  ) {
    let channels = scale.count
    let bias = keepsShift ? shift : Array(repeating: 0, count: channels)
    workers.forEachRange(of: pixels, size: 256) { range in
      for pixel in range {
        let (source, target) = (x.start + pixel * channels, relevance.start + pixel * channels)
        for c in 0..<channels {
          let part = source[c] * scale[c]
          let sum = part + bias[c]
          target[c] *= part / (sum < 0 ? sum - 1e-6 : sum + 1e-6)
        }
      }
    }
  }
}
