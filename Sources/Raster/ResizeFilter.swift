internal import Foundation

/// How samples are weighted when a picture changes its size.
public enum ResizeFilter: String, Sendable, CaseIterable {
  /// The nearest sample.
  case nearest
  /// The mean over the area of the new pixel.
  case box
  /// A triangle, widened when the picture shrinks, so that nothing is skipped (antialiased).
  case bilinear

  /// Half the width of the filter, in samples at scale 1.
  var support: Double { self == .bilinear ? 1 : 0.5 }

  /// The weight at a distance from the centre, in samples at scale 1.
  func weight(_ distance: Double) -> Double {
    switch self {
    case .nearest, .box: distance > -0.5 && distance <= 0.5 ? 1 : 0
    case .bilinear: max(0, 1 - abs(distance))
    }
  }
}

/// The samples that make one sample of a resized row or column, and their weights.
struct ResizeTap {
  /// The first sample.
  let first: Int
  /// Weights in units of 2⁻²², one for each sample from `first` on; they add up to about 2²².
  let weights: [Int32]

  /// Fractional bits of a weight: 32 less 8 for the sample and 2 for the sum.
  static let precision = 22

  /// The taps that bring `count` samples to `target`.
  ///
  /// Source: the convolution of the Python Imaging Library (support widened by the scale, weights
  /// normalised, then rounded to fixed point), whose results this reproduces to one level.
  static func taps(from count: Int, to target: Int, filter: ResizeFilter) -> [ResizeTap] {
    let scale = Double(count) / Double(target)
    let widening = max(scale, 1)
    let support = filter.support * widening
    return (0..<target).map { index in
      let centre = (Double(index) + 0.5) * scale
      let first = max(0, Int(centre - support + 0.5))
      let end = min(count, Int(centre + support + 0.5))
      let raw = (first..<max(end, first)).map {
        filter.weight((Double($0) - centre + 0.5) * (1 / widening))
      }
      let sum = raw.reduce(0, +)
      let weights = raw.map { Int32((sum == 0 ? 0 : $0 / sum * Double(1 << precision)).rounded()) }
      return ResizeTap(first: first, weights: weights)
    }
  }
}
