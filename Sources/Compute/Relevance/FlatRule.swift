/// The Flat rule: every output shares its relevance evenly among the inputs that it sees.
struct FlatRule: LayerRule {
  let layer: AffineLayer

  func propagate(
    _ relevance: FloatBuffer, to x: FloatBuffer, samples: Int, workers: Workers
  ) -> FloatBuffer {
    let result = FloatBuffer(count: samples * layer.inputCount)
    workers.forEach(samples) { sample in
      let source = relevance.start + sample * layer.outputCount
      let target = result.start + sample * layer.inputCount
      switch layer {
      case .convolution(let convolution): FlatRule.share(source, convolution, into: target)
      case .dense(let dense):
        var sum = 0.0
        for output in 0..<dense.outputs { sum += Double(source[output]) }
        target.update(repeating: Float(sum / Double(dense.inputs)), count: dense.inputs)
      }
    }
    return result
  }

  /// One sample: Σ_j R_j / n_j of a position goes to every pixel and channel that it sees.
  private static func share(
    _ relevance: UnsafePointer<Float>, _ convolution: Convolution,
    into target: UnsafeMutablePointer<Float>
  ) {
    let (input, output, window) = (convolution.input, convolution.output, convolution.window)
    let pixels = FloatBuffer(count: input.pixels)
    for group in 0..<convolution.groups {
      pixels.start.update(repeating: 0, count: input.pixels)
      for y in 0..<output.height {
        let rows = taps(y, window.stride.height, window.padding.height, window.kernel.height)
          .clamped(to: 0..<input.height)
        for x in 0..<output.width {
          let columns = taps(x, window.stride.width, window.padding.width, window.kernel.width)
            .clamped(to: 0..<input.width)
          let source =
            relevance + (y * output.width + x) * output.channels
            + group * convolution.groupOutputs
          var sum: Float = 0
          for channel in 0..<convolution.groupOutputs { sum += source[channel] }
          let seen = rows.count * columns.count * convolution.groupInputs
          let share = seen > 0 ? sum / Float(seen) : 0
          for row in rows {
            for column in columns { pixels.start[row * input.width + column] += share }
          }
        }
      }
      for pixel in 0..<input.pixels {
        let first = pixel * input.channels + group * convolution.groupInputs
        (target + first).update(repeating: pixels.start[pixel], count: convolution.groupInputs)
      }
    }
  }

  private static func taps(
    _ position: Int, _ stride: Int, _ padding: Int, _ kernel: Int
  ) -> Range<Int> {
    position * stride - padding..<position * stride - padding + kernel
  }
}
