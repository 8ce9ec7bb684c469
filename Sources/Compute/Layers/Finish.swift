internal import CKernels

/// What becomes of the outputs of an affine layer while they are in cache; a bias comes first.
enum Finish {
  /// They stay.
  case plain
  /// max(·, 0).
  case rectified
  /// Times the number at the same place.
  case times(UnsafePointer<Float>)
  /// The number at the same place, divided by the output, which is moved away from zero by epsilon.
  case share(UnsafePointer<Float>, epsilon: Float)

  /// The usual end of a layer.
  init(rectified: Bool) { self = rectified ? .rectified : .plain }

  /// As the C kernels take it; `pooled` gets the largest of every 2×2 outputs.
  func c(bias: UnsafePointer<Float>?, pooled: UnsafeMutablePointer<Float>?) -> lethe_finish {
    let end = { (kind: lethe_finish_kind, other: UnsafePointer<Float>?, epsilon: Float) in
      lethe_finish(bias: bias, kind: kind, other: other, epsilon: epsilon, pooled: pooled)
    }
    return switch self {
    case .plain: end(LETHE_PLAIN, nil, 0)
    case .rectified: end(LETHE_RECTIFIED, nil, 0)
    case .times(let other): end(LETHE_TIMES, other, 0)
    case .share(let other, let epsilon): end(LETHE_SHARE, other, epsilon)
    }
  }

  /// Finishes rows of channels in place, whose bias is still missing.
  ///
  /// - Parameters:
  ///   - y: All outputs.
  ///   - first: The place of the first row.
  ///   - rows: Rows to finish.
  ///   - channels: Numbers in a row.
  ///   - bias: One number a channel, nil for none.
  func apply(
    _ y: UnsafeMutablePointer<Float>, _ first: Int, rows: Int, channels: Int,
    bias: UnsafePointer<Float>?
  ) {
    if case .rectified = self {
      return Elementwise.finish(
        y + first, count: rows, channels: channels, bias: bias, rectified: true)
    }
    Elementwise.finish(y + first, count: rows, channels: channels, bias: bias, rectified: false)
    let range = first..<first + rows * channels
    switch self {
    case .plain, .rectified: break
    case .times(let other): for index in range { y[index] *= other[index] }
    case .share(let other, let epsilon):
      for index in range {
        let z = y[index]
        y[index] = other[index] / (z < 0 ? z - epsilon : z + epsilon)
      }
    }
  }
}
