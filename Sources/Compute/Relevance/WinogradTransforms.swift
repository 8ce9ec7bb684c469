/// The transforms of Winograd's F(4×4, 3×3), eight channels at a time.
///
/// Points 0, ±1, ±2, ∞ (Lavin & Gray 2016): 36 products stand for the 144 of a 4×4 patch of
/// outputs.
enum WinogradTransforms {
  /// Eight channels.
  typealias Lane = SIMD8<Float>
  /// Sides of an input patch, and of the patch of outputs that it gives.
  static let side = 6
  static let step = 4

  /// Bᵀ·d of one line of six.
  @inline(__always)
  static func input(
    _ d0: Lane, _ d1: Lane, _ d2: Lane, _ d3: Lane, _ d4: Lane, _ d5: Lane,
    _ store: (_ index: Int, _ value: Lane) -> Void
  ) {
    let even = d4 - 4 * d2
    let odd = d3 - 4 * d1
    let (rise, slope) = (d4 - d2, 2 * (d3 - d1))
    store(0, 4 * d0 - 5 * d2 + d4)
    store(1, even + odd)
    store(2, even - odd)
    store(3, rise + slope)
    store(4, rise - slope)
    store(5, 4 * d1 - 5 * d3 + d5)
  }

  /// Aᵀ·m of one line of six.
  @inline(__always)
  static func output(
    _ m0: Lane, _ m1: Lane, _ m2: Lane, _ m3: Lane, _ m4: Lane, _ m5: Lane,
    _ store: (_ index: Int, _ value: Lane) -> Void
  ) {
    let (sum1, difference1) = (m1 + m2, m1 - m2)
    let (sum2, difference2) = (m3 + m4, m3 - m4)
    store(0, m0 + sum1 + sum2)
    store(1, difference1 + 2 * difference2)
    store(2, sum1 + 4 * sum2)
    store(3, difference1 + 8 * difference2 + m5)
  }

  /// Gᵀ, row-major: 3 × 6.
  private static let kernelLines: [Double] = [
    1.0 / 4, -1.0 / 6, -1.0 / 6, 1.0 / 24, 1.0 / 24, 0,
    0, -1.0 / 6, 1.0 / 6, 1.0 / 12, -1.0 / 12, 0,
    0, -1.0 / 6, -1.0 / 6, 1.0 / 6, 1.0 / 6, 1,
  ]

  /// G·g·Gᵀ of a 3×3 kernel, row-major, in double precision.
  ///
  /// - Parameters:
  ///   - kernel: The nine numbers of g.
  ///   - result: 36 numbers, overwritten.
  static func kernel(_ kernel: UnsafePointer<Double>, into result: UnsafeMutablePointer<Double>) {
    kernelLines.withUnsafeBufferPointer { lines in
      for i in 0..<6 {
        let (a, b, c) = (lines[i], lines[6 + i], lines[12 + i])
        let left = a * kernel[0] + b * kernel[3] + c * kernel[6]
        let middle = a * kernel[1] + b * kernel[4] + c * kernel[7]
        let right = a * kernel[2] + b * kernel[5] + c * kernel[8]
        for j in 0..<6 {
          result[i * 6 + j] = left * lines[j] + middle * lines[6 + j] + right * lines[12 + j]
        }
      }
    }
  }
}
