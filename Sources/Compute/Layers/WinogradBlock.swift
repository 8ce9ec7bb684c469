internal import CKernels

/// Consecutive patches of a batch, and the memory in which they are worked out.
struct WinogradBlock {
  private let shape: lethe_winograd
  private let first: Int
  private let inputs: UnsafeMutablePointer<Float>
  private let products: UnsafeMutablePointer<Float>
  /// Patches of the block.
  let count: Int

  /// These patches, counted over the samples of the batch; at most as many as a block holds.
  ///
  /// - Parameters:
  ///   - winograd: The convolution.
  ///   - patches: Which ones.
  ///   - inputs: A plane of inputs for every point.
  ///   - products: A plane of products for every point.
  init(
    _ winograd: Winograd, _ patches: Range<Int>, inputs: UnsafeMutablePointer<Float>,
    products: UnsafeMutablePointer<Float>
  ) {
    shape = winograd.shape
    (first, count) = (patches.lowerBound, patches.count)
    (self.inputs, self.products) = (inputs, products)
  }

  /// Transforms the inputs of a patch.
  func gather(_ patch: Int, _ x: UnsafePointer<Float>) {
    withUnsafePointer(to: shape) {
      lethe_winograd_gather($0, x, first + patch, inputs + patch * lethe_winograd_input_row($0))
    }
  }

  /// Transforms the gradients of the outputs of a patch.
  func gatherGradient(_ patch: Int, _ dy: UnsafePointer<Float>) {
    withUnsafePointer(to: shape) {
      lethe_winograd_gather_gradient(
        $0, dy, first + patch, products + patch * lethe_winograd_product_row($0))
    }
  }

  /// The products of a point.
  func multiply(_ point: Int, _ weights: UnsafePointer<Float>) {
    withUnsafePointer(to: shape) {
      lethe_winograd_multiply(
        $0, inputs + point * lethe_winograd_input_plane($0),
        weights + point * lethe_winograd_weight_plane($0), count,
        products + point * lethe_winograd_product_plane($0))
    }
  }

  /// Sums the products of inputs and gradients of a point.
  func multiplyGradient(_ point: Int, _ sums: UnsafeMutablePointer<Float>, adds: Bool) {
    withUnsafePointer(to: shape) {
      lethe_winograd_multiply_gradient(
        $0, inputs + point * lethe_winograd_input_plane($0),
        products + point * lethe_winograd_product_plane($0), count,
        sums + point * lethe_winograd_weight_plane($0), adds)
    }
  }

  /// Transforms the products of a patch back, and finishes its outputs.
  func scatter(
    _ patch: Int, _ finish: UnsafePointer<lethe_finish>, into y: UnsafeMutablePointer<Float>?
  ) {
    withUnsafePointer(to: shape) {
      lethe_winograd_scatter(
        $0, products + patch * lethe_winograd_product_row($0), first + patch, finish, y)
    }
  }
}
