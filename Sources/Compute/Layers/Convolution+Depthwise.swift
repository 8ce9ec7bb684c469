/// Depthwise convolutions, where every output channel sees the input channel of its number alone:
/// plain loops over channels instead of matrix products of one column.
///
/// Weights are packed as [kernel.height · kernel.width] × [channels]. A line of output pixels is
/// summed tap by tap in reading order, whatever else is in the batch.
extension Convolution {
  /// `forward` of such a convolution.
  func depthwiseForward(
    _ x: UnsafePointer<Float>, weights: UnsafePointer<Float>, bias: UnsafePointer<Float>?,
    finish: Finish, into y: UnsafeMutablePointer<Float>, samples: Int, workers: Workers
  ) {
    let channels = output.channels
    let length = output.width * channels
    workers.forEach(samples * output.height) { item in
      let (sample, line) = item.quotientAndRemainder(dividingBy: output.height)
      let (image, target) = (x + sample * input.count, y + item * length)
      target.update(repeating: 0, count: length)
      forEachTap(ofLine: line) { tap, columns, pixel in
        let factors = weights + tap * channels
        for column in columns {
          let seen = pixel + (column - columns.lowerBound) * window.stride.width
          let (source, sum) = (image + seen * channels, target + column * channels)
          for c in 0..<channels { sum[c] += source[c] * factors[c] }
        }
      }
      finish.apply(y, item * length, rows: output.width, channels: channels, bias: bias)
    }
  }

  /// The gradient of the input, from weights as `forward` takes them.
  func depthwiseDataGradient(
    _ dy: UnsafePointer<Float>, weights: UnsafePointer<Float>, finish: Finish,
    into dx: UnsafeMutablePointer<Float>, samples: Int, workers: Workers
  ) {
    let channels = output.channels
    workers.forEach(samples) { sample in
      let image = dx + sample * input.count
      image.update(repeating: 0, count: input.count)
      for line in 0..<output.height {
        let gradients = dy + (sample * output.height + line) * output.width * channels
        forEachTap(ofLine: line) { tap, columns, pixel in
          let factors = weights + tap * channels
          for column in columns {
            let seen = pixel + (column - columns.lowerBound) * window.stride.width
            let (sum, source) = (image + seen * channels, gradients + column * channels)
            for c in 0..<channels { sum[c] += source[c] * factors[c] }
          }
        }
      }
      finish.apply(
        dx, sample * input.count, rows: input.pixels, channels: input.channels, bias: nil)
    }
  }

  /// Adds one sample's gradient of the packed weights to `sums`.
  ///
  /// It is summed apart first, in `scratch` of `weightCount` floats, which keeps the rounding error
  /// of long sums small.
  func addDepthwiseGradient(
    _ x: UnsafePointer<Float>, _ dy: UnsafePointer<Float>,
    scratch: UnsafeMutablePointer<Float>, to sums: UnsafeMutablePointer<Float>
  ) {
    let channels = output.channels
    scratch.update(repeating: 0, count: weightCount)
    for line in 0..<output.height {
      let gradients = dy + line * output.width * channels
      forEachTap(ofLine: line) { tap, columns, pixel in
        let sum = scratch + tap * channels
        for column in columns {
          let seen = pixel + (column - columns.lowerBound) * window.stride.width
          let (source, gradient) = (x + seen * channels, gradients + column * channels)
          for c in 0..<channels { sum[c] += source[c] * gradient[c] }
        }
      }
    }
    for index in 0..<weightCount { sums[index] += scratch[index] }
  }

  /// Calls `body` for every tap of an output line that sees the input: which tap, the columns whose
  /// tap lies inside, and the pixel that the first of them sees.
  @inline(__always)
  private func forEachTap(
    ofLine line: Int, _ body: (_ tap: Int, _ columns: Range<Int>, _ pixel: Int) -> Void
  ) {
    let (stride, kernel) = (window.stride, window.kernel)
    for i in 0..<kernel.height {
      let row = line * stride.height - window.padding.height + i
      guard row >= 0, row < input.height else { continue }
      for j in 0..<kernel.width {
        let offset = j - window.padding.width
        let first = offset >= 0 ? 0 : (stride.width - 1 - offset) / stride.width
        let beyond = (input.width - 1 - offset + stride.width) / stride.width
        let last = min(output.width, beyond)
        guard first < last else { continue }
        body(
          i * kernel.width + j, first..<last, row * input.width + first * stride.width + offset)
      }
    }
  }
}
