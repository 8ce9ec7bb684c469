internal import Foundation

/// What a cell of the grid costs, and its derivatives by z, four cells at once.
///
/// t is 1 in cells of the concept and 0 elsewhere.
protocol CellLoss {
  /// Nothing added yet; `alpha` is the weight of concept cells, 1 − `alpha` that of the others.
  init(alpha: Double)

  /// Adds four cells and returns the first and the second derivative of their costs.
  mutating func add(z: SIMD4<Double>, t: SIMD4<Double>) -> CellSlopes

  /// The sum over the cells that were added; called at least every 1000 additions.
  mutating func drain() -> Double

  /// The cost of so many cells at z = 0.
  func atZero(concept: Int, other: Int) -> Double
}

/// Derivatives of the costs of four cells by their z.
struct CellSlopes {
  let first: SIMD4<Double>
  /// Used by Newton steps alone.
  let second: SIMD4<Double>
}

/// α·t·softplus(−z) + (1 − α)·(1 − t)·softplus(z).
struct WeightedCrossEntropy: CellLoss {
  private let alpha: Double
  private var linear = SIMD4<Double>.zero
  // Σ log(1 + e) is the logarithm of a product, which takes one logarithm for many cells.
  private var concept = SIMD4<Double>(repeating: 1)
  private var other = SIMD4<Double>(repeating: 1)

  init(alpha: Double) { self.alpha = alpha }

  mutating func add(z: SIMD4<Double>, t: SIMD4<Double>) -> CellSlopes {
    let e = exponential(-magnitude(z))
    let q = 1 / (1 + e)
    let weight = (1 - alpha) + (2 * alpha - 1) * t
    // softplus(z) − t·z, of which max(z, 0) − t·z is taken apart.
    linear += weight * (positivePart(z) - t * z)
    concept *= 1 + e * t
    other *= 1 + e * (1 - t)
    let small = e * q
    let sigmoid = q.replacing(with: small, where: z .< 0)
    return CellSlopes(first: weight * (sigmoid - t), second: weight * (small * q))
  }

  mutating func drain() -> Double {
    defer {
      linear = .zero
      concept = SIMD4(repeating: 1)
      other = SIMD4(repeating: 1)
    }
    var logarithms = 0.0
    for lane in 0..<4 {
      logarithms += alpha * log(concept[lane]) + (1 - alpha) * log(other[lane])
    }
    return linear.sum() + logarithms
  }

  func atZero(concept: Int, other: Int) -> Double {
    (alpha * Double(concept) + (1 - alpha) * Double(other)) * log(2)
  }
}

/// −α·t·p − (1 − α)·(1 − t)·(1 − p) with p = σ(z).
struct PublishedLoss: CellLoss {
  private let alpha: Double
  private var total = SIMD4<Double>.zero

  init(alpha: Double) { self.alpha = alpha }

  mutating func add(z: SIMD4<Double>, t: SIMD4<Double>) -> CellSlopes {
    let e = exponential(-magnitude(z))
    let q = 1 / (1 + e)
    let small = e * q
    let sigmoid = q.replacing(with: small, where: z .< 0)
    let others = (1 - alpha) * (1 - t)
    let sign = alpha * t - others
    total -= sign * sigmoid + others
    return CellSlopes(first: -sign * (small * q), second: .zero)
  }

  mutating func drain() -> Double {
    defer { total = .zero }
    return total.sum()
  }

  func atZero(concept: Int, other: Int) -> Double {
    -(alpha * Double(concept) + (1 - alpha) * Double(other)) / 2
  }
}
