internal import CKernels
internal import Foundation

/// What the cells of a grid cost, and the derivatives of that by their z.
protocol CellLoss {
  /// Nothing added yet; `alpha` is the weight of concept cells, 1 − `alpha` that of the others.
  init(alpha: Double)

  /// Adds the costs of a row of cells, and their derivatives to its lines.
  ///
  /// - Parameters:
  ///   - lines: Of the row.
  ///   - concept: A bit a cell, set where it belongs to the concept.
  ///   - bytes: How many, eight cells each.
  ///   - curvature: Whether second derivatives are wanted.
  mutating func add(
    _ lines: CellLines, concept: UnsafePointer<UInt8>, bytes: Int, curvature: Bool)

  /// The sum over the cells that were added since the last call, at most 3,800 ago.
  mutating func drain() -> Double

  /// The cost of so many cells at z = 0.
  func atZero(concept: Int, other: Int) -> Double
}

/// α·t·softplus(−z) + (1 − α)·(1 − t)·softplus(z).
struct WeightedCrossEntropy: CellLoss {
  private static let nothing = lethe_cross_entropy(
    linear: (0, 0, 0, 0), concept: (1, 1, 1, 1), other: (1, 1, 1, 1))

  private let alpha: Double
  // Sums of logarithms are logarithms of products: one logarithm for many cells.
  private var sums = nothing

  init(alpha: Double) { self.alpha = alpha }

  mutating func add(
    _ lines: CellLines, concept: UnsafePointer<UInt8>, bytes: Int, curvature: Bool
  ) {
    var row = lethe_cell_row(
      upper: lines.upper, lower: lines.lower, upper_slope: lines.upperSlope,
      lower_slope: lines.lowerSlope, upper_curvature: lines.upperCurvature,
      mixed_curvature: lines.mixedCurvature, lower_curvature: lines.lowerCurvature,
      fraction: lines.fraction, concept: concept, bytes: bytes, is_wide: lines.isWide,
      is_zero: lines.isZero)
    lethe_cross_entropy_row(&row, alpha, curvature, &sums)
  }

  mutating func drain() -> Double {
    defer { sums = WeightedCrossEntropy.nothing }
    let (linear, concept, other) = (vector(sums.linear), vector(sums.concept), vector(sums.other))
    var logarithms = 0.0
    for lane in 0..<4 {
      logarithms += alpha * log(concept[lane]) + (1 - alpha) * log(other[lane])
    }
    return linear.sum() - logarithms
  }

  func atZero(concept: Int, other: Int) -> Double {
    (alpha * Double(concept) + (1 - alpha) * Double(other)) * log(2)
  }

  private func vector(_ lanes: (Double, Double, Double, Double)) -> SIMD4<Double> {
    SIMD4(lanes.0, lanes.1, lanes.2, lanes.3)
  }
}

/// −α·t·p − (1 − α)·(1 − t)·(1 − p) with p = σ(z).
struct PublishedLoss: CellLoss {
  private let alpha: Double
  private var total = SIMD4<Double>.zero

  init(alpha: Double) { self.alpha = alpha }

  mutating func add(
    _ lines: CellLines, concept: UnsafePointer<UInt8>, bytes: Int, curvature: Bool
  ) {
    for chunk in 0..<2 * bytes {
      let t = lines.patterns[vector: Int(concept[chunk >> 1]) >> (4 * (chunk & 1)) & 15]
      let z = lines.z(chunk)
      let u = exponential(lines.isWide ? limited(-z) : -z)
      let p = 1 / (1 + u)
      let others = (1 - alpha) * (1 - t)
      let signed = others - alpha * t
      total += signed * p - others
      lines.add(signed * (p * (u * p)), to: chunk)
    }
  }

  mutating func drain() -> Double {
    defer { total = .zero }
    return total.sum()
  }

  func atZero(concept: Int, other: Int) -> Double {
    -(alpha * Double(concept) + (1 - alpha) * Double(other)) / 2
  }
}
