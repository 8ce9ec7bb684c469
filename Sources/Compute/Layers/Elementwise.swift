internal import CKernels

/// Loops over plain rows of numbers.
enum Elementwise {
  /// Adds a bias to rows of channels and takes max(·, 0), each if asked for.
  ///
  /// NaN stays NaN, so that a diverged network is noticed.
  static func finish(
    _ rows: UnsafeMutablePointer<Float>, count: Int, channels: Int, bias: UnsafePointer<Float>?,
    rectified: Bool
  ) {
    switch (bias, rectified) {
    case (let bias?, true):
      for row in 0..<count {
        let values = rows + row * channels
        for channel in 0..<channels {
          let value = values[channel] + bias[channel]
          values[channel] = value < 0 ? 0 : value
        }
      }
    case (let bias?, false):
      for row in 0..<count {
        let values = rows + row * channels
        for channel in 0..<channels { values[channel] += bias[channel] }
      }
    case (nil, true): rectify(rows, count * channels)
    case (nil, false): break
    }
  }

  /// Takes max(x, 0) in place; NaN stays NaN.
  static func rectify(_ values: UnsafeMutablePointer<Float>, _ count: Int) {
    for index in 0..<count {
      let value = values[index]
      values[index] = value < 0 ? 0 : value
    }
  }

  /// The gradient through a ReLU, in place: zero where the output is not positive.
  static func maskGradient(
    _ gradient: UnsafeMutablePointer<Float>, output: UnsafePointer<Float>, _ range: Range<Int>
  ) {
    lethe_mask(gradient + range.lowerBound, output + range.lowerBound, range.count)
  }

  /// target += source.
  static func add(
    _ source: UnsafePointer<Float>, to target: UnsafeMutablePointer<Float>, _ range: Range<Int>
  ) {
    for index in range { target[index] += source[index] }
  }

  /// Adds every channel's sum over the rows to `sums`.
  ///
  /// The rows are summed apart first, which keeps the rounding error of long sums small.
  static func addColumnSums(
    _ rows: UnsafePointer<Float>, rows count: Int, channels: Int,
    to sums: UnsafeMutablePointer<Float>
  ) {
    lethe_add_column_sums(rows, count, channels, sums)
  }
}
