internal import CKernels

/// A 3×3 convolution of stride 1 by Winograd's F(4×4, 3×3) (Lavin & Gray 2016).
///
/// It multiplies a quarter as often as `Convolution`. Its error is relative to the largest numbers
/// nearby (about 4e-6 in relative L2 through VGG16), so it is for sums that need no relative
/// accuracy where they are small. A number depends on its own patch alone: not on the batch, nor
/// on the number of threads.
struct Winograd: Sendable {
  private let shape: lethe_winograd
  private let source: Shape
  // Whether the weights are so large that threads should share one reading of them.
  private let isShared: Bool

  /// The convolution of these sides.
  ///
  /// - Parameters:
  ///   - source: The shape of an input sample; channels a multiple of 8.
  ///   - output: The shape of an output sample; channels a multiple of 8.
  ///   - padding: Pixels of zeros around the input.
  init(source: Shape, output: Shape, padding: Extent) {
    self.source = source
    let across = (output.width + 3) / 4
    let patches = across * ((output.height + 3) / 4)
    let weightBytes = 36 * 4 * source.channels * output.channels
    isShared = weightBytes > 3 << 20
    // Weights that are shared are read once a block; others stay in cache, and so should a block.
    let fitting = (3 << 19) / (36 * 4 * (source.channels + output.channels)) / 6 * 6
    shape = lethe_winograd(
      height: source.height, width: source.width, inputs: source.channels,
      output_height: output.height, output_width: output.width, outputs: output.channels,
      padding_y: padding.height, padding_x: padding.width, across: across, patches: patches,
      block: isShared ? 96 : max(24, min(120, fitting)))
  }

  /// Whether the algorithm applies to a convolution and is faster than plain products.
  static func suits(_ convolution: Convolution) -> Bool {
    let window = convolution.window
    return window.kernel == Extent(3) && window.stride == Extent(1) && convolution.groups == 1
      && window.padding.height <= 2 && window.padding.width <= 2
      && convolution.input.channels % 8 == 0 && convolution.output.channels % 8 == 0
      && convolution.input.channels >= 16
  }

  /// The forward direction of a convolution.
  init(_ convolution: Convolution) {
    self.init(
      source: convolution.input, output: convolution.output, padding: convolution.window.padding)
  }

  /// The way back: inputs and outputs exchanged.
  init(backwardOf convolution: Convolution) {
    let padding = convolution.window.padding
    self.init(
      source: convolution.output, output: convolution.input,
      padding: Extent(height: 2 - padding.height, width: 2 - padding.width))
  }

  /// Transforms weights that are packed as `Convolution` packs them (for the way back, as
  /// `packForDataGradient` does).
  func transformed(_ packed: FloatBuffer, workers: Workers) -> FloatBuffer {
    var shape = shape
    let weights = FloatBuffer(count: lethe_winograd_weight_count(&shape))
    workers.forEach(shape.inputs) { input in
      var shape = self.shape
      lethe_winograd_weights(
        &shape, packed.start + input * shape.outputs, shape.inputs * shape.outputs, input,
        weights.start)
    }
    return weights
  }

  /// y = W ⋆ x + b, with max(·, 0) if asked for.
  ///
  /// - Parameters:
  ///   - x: [samples, source].
  ///   - weights: From `transformed`.
  ///   - bias: One number an output channel, nil for none.
  ///   - rectified: Whether the ReLU that follows is taken at once.
  ///   - y: [samples, output], overwritten.
  ///   - samples: Samples in the batch.
  ///   - workers: Threads to use.
  func run(
    _ x: UnsafePointer<Float>, weights: UnsafePointer<Float>, bias: UnsafePointer<Float>?,
    rectified: Bool, into y: UnsafeMutablePointer<Float>, samples: Int, workers: Workers
  ) {
    var shape = shape
    let sizes = (
      inputs: 36 * lethe_winograd_input_plane(&shape),
      products: 36 * lethe_winograd_product_plane(&shape)
    )
    let all = samples * shape.patches
    let blocks = (all + shape.block - 1) / shape.block
    guard isShared else {
      return workers.forEach(blocks, workspace: sizes.inputs + sizes.products) { block, scratch in
        let pass = WinogradBlock(
          shape: self.shape, first: block * self.shape.block, end: all, inputs: scratch,
          products: scratch + sizes.inputs)
        for patch in 0..<pass.count { pass.gather(patch, x) }
        for point in 0..<36 { pass.multiply(point, weights) }
        for patch in 0..<pass.count {
          pass.scatter(patch, bias: bias, rectified: rectified, into: y)
        }
      }
    }
    let (inputs, products) = (FloatBuffer(count: sizes.inputs), FloatBuffer(count: sizes.products))
    for block in 0..<blocks {
      let pass = WinogradBlock(
        shape: shape, first: block * shape.block, end: all, inputs: inputs.start,
        products: products.start)
      workers.forEach(pass.count) { pass.gather($0, x) }
      workers.forEach(36) { pass.multiply($0, weights) }
      workers.forEach(pass.count) { pass.scatter($0, bias: bias, rectified: rectified, into: y) }
      withExtendedLifetime((inputs, products)) {}
    }
  }
}

/// Consecutive patches of a batch, and the memory in which they are worked out.
private struct WinogradBlock {
  let shape: lethe_winograd
  let first: Int
  let count: Int
  let inputs: UnsafeMutablePointer<Float>
  let products: UnsafeMutablePointer<Float>

  init(
    shape: lethe_winograd, first: Int, end: Int, inputs: UnsafeMutablePointer<Float>,
    products: UnsafeMutablePointer<Float>
  ) {
    (self.shape, self.first, self.inputs, self.products) = (shape, first, inputs, products)
    count = min(shape.block, end - first)
  }

  func gather(_ patch: Int, _ x: UnsafePointer<Float>) {
    withUnsafePointer(to: shape) {
      lethe_winograd_gather($0, x, first + patch, inputs + patch * lethe_winograd_input_row($0))
    }
  }

  func multiply(_ point: Int, _ weights: UnsafePointer<Float>) {
    withUnsafePointer(to: shape) {
      lethe_winograd_multiply(
        $0, inputs + point * lethe_winograd_input_plane($0),
        weights + point * (lethe_winograd_weight_count($0) / 36), count,
        products + point * lethe_winograd_product_plane($0))
    }
  }

  func scatter(
    _ patch: Int, bias: UnsafePointer<Float>?, rectified: Bool,
    into y: UnsafeMutablePointer<Float>
  ) {
    withUnsafePointer(to: shape) {
      lethe_winograd_scatter(
        $0, products + patch * lethe_winograd_product_row($0), first + patch, bias, rectified, y)
    }
  }
}
