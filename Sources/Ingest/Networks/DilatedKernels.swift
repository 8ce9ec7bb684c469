import Compute

/// Kernels whose points lie apart, as the larger ones with zeros in between that they equal.
///
/// What they hold together is bounded: a file of a few bytes can ask for any distance.
struct DilatedKernels {
  /// Why a kernel is not widened.
  struct TooLarge: Error {
    /// For a sentence that begins with the layer.
    let reason: String
    let advice =
      "bring the activations that another program computes instead: lethe model add NAME"
      + " --layers-from FILE"
  }

  /// The largest side of a kernel.
  static let largestSide = 4096
  /// The most numbers that the kernels of a file may come to.
  static let largestCount = 1 << 25

  private var count = 0

  /// The side of a kernel of which `kernel` points lie `step` apart.
  ///
  /// - Returns: nil if it is none, or too large.
  static func side(_ kernel: Int, step: Int) -> Int? {
    guard kernel == 1 || (1...largestSide).contains(step) else { return nil }
    let side = kernel == 1 ? 1 : (kernel - 1) * step + 1
    return (1...largestSide).contains(side) ? side : nil
  }

  /// A kernel [outputs, inputs, height, width] with its points moved apart.
  ///
  /// - Parameters:
  ///   - kernel: The kernel.
  ///   - sides: Its sides afterwards, as `side` has them.
  /// - Returns: The kernel itself where its sides stay.
  /// - Throws: `TooLarge`.
  mutating func widened(_ kernel: Tensor, to sides: Extent) throws(TooLarge) -> Tensor {
    let (height, width) = (kernel.shape[2], kernel.shape[3])
    guard (height, width) != (sides.height, sides.width) else { return kernel }
    let maps = kernel.shape[0] * kernel.shape[1]
    let pixels = sides.height * sides.width
    let (total, overflows) = maps.multipliedReportingOverflow(by: pixels)
    guard !overflows, total <= DilatedKernels.largestCount - count else {
      throw TooLarge(
        reason:
          "has a dilated kernel that comes to \(sides.height)×\(sides.width) pixels, too large"
          + " to be run as a plain one")
    }
    count += total
    let down = height > 1 ? (sides.height - 1) / (height - 1) : 1
    let right = width > 1 ? (sides.width - 1) / (width - 1) : 1
    var values = [Float](repeating: 0, count: total)
    for map in 0..<maps {
      for y in 0..<height {
        for x in 0..<width {
          values[map * pixels + y * down * sides.width + x * right] =
            kernel.values[(map * height + y) * width + x]
        }
      }
    }
    return Tensor(
      shape: [kernel.shape[0], kernel.shape[1], sides.height, sides.width], values: values)
  }
}
