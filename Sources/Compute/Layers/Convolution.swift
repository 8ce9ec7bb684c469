/// A convolution of NHWC batches by im2col and matrix products.
///
/// Weights are packed as one matrix a group, [kernel.height · kernel.width · inputs] × [outputs].
/// Depthwise convolutions go ways of their own.
/// This type is the seam for faster algorithms: `forward`, `dataGradient` and `weightGradient`.
///
/// Work is cut into chunks of 8 samples at fixed positions of the batch and these into tiles of
/// rows, all of a size that depends on the layer alone, so that a sample's result does not depend
/// on the rest of the batch.
struct Convolution: Sendable {
  /// Samples in one chunk.
  static let chunk = 8

  /// Shape of one input sample.
  let input: Shape
  /// Shape of one output sample.
  let output: Shape
  /// The window that slides over the input.
  let window: Window
  /// Groups that do not see each other's channels.
  let groups: Int

  /// A convolution with these sides, which the graph has checked.
  init(input: Shape, output: Shape, kernel: Extent, stride: Extent, padding: Extent, groups: Int) {
    self.input = input
    self.output = output
    self.groups = groups
    window = Window(
      source: input, output: Extent(height: output.height, width: output.width), kernel: kernel,
      stride: stride, padding: padding)
  }

  /// Input channels of one group.
  var groupInputs: Int { input.channels / groups }
  /// Output channels of one group.
  var groupOutputs: Int { output.channels / groups }
  /// Rows of one group's packed weights.
  var weightRows: Int { window.kernel.area * groupInputs }
  /// Numbers in the packed weights.
  var weightCount: Int { weightRows * output.channels }

  /// y = W ⋆ x + b, with max(·, 0) if asked for.
  ///
  /// - Parameters:
  ///   - x: [samples, input].
  ///   - weights: Packed weights.
  ///   - bias: One number an output channel, nil for none.
  ///   - rectified: Whether the ReLU that follows is taken at once.
  ///   - y: [samples, output], overwritten.
  ///   - samples: Samples in the batch.
  ///   - workers: Threads to use.
  func forward(
    _ x: UnsafePointer<Float>, weights: UnsafePointer<Float>, bias: UnsafePointer<Float>?,
    rectified: Bool, into y: UnsafeMutablePointer<Float>, samples: Int, workers: Workers
  ) {
    if isDepthwise {
      return depthwiseForward(
        x, weights: weights, bias: bias, rectified: rectified, into: y, samples: samples,
        workers: workers)
    }
    let tiling = Tiling(window: window, groupInputs: groupInputs)
    tiling.slide(
      over: x, inputs: groupInputs, outputs: groupOutputs, groups: groups, weights: weights,
      into: y, samples: samples, workers: workers
    ) { rows, count in
      Elementwise.finish(
        rows, count: count, channels: output.channels, bias: bias, rectified: rectified)
    }
  }

  /// Packs weights of layout [outputs, inputs / groups, height, width].
  func pack(_ weight: [Float], into packed: UnsafeMutablePointer<Float>) {
    forEachWeight { canonical, index in packed[index] = weight[canonical] }
  }

  /// The inverse of `pack`.
  func unpack(_ packed: UnsafePointer<Float>) -> [Float] {
    var weight = [Float](repeating: 0, count: weightCount)
    forEachWeight { canonical, index in weight[canonical] = packed[index] }
    return weight
  }

  private func forEachWeight(_ body: (_ canonical: Int, _ packed: Int) -> Void) {
    let taps = window.kernel.area
    if isDepthwise {
      for channel in 0..<groups {
        for tap in 0..<taps { body(channel * taps + tap, tap * groups + channel) }
      }
      return
    }
    for output in 0..<output.channels {
      let (group, column) = output.quotientAndRemainder(dividingBy: groupOutputs)
      for input in 0..<groupInputs {
        for tap in 0..<taps {
          let row = group * weightRows + tap * groupInputs + input
          body((output * groupInputs + input) * taps + tap, row * groupOutputs + column)
        }
      }
    }
  }
}
