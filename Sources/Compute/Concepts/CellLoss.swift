internal import Foundation

/// What a cell of the grid costs, and its derivatives by z, four cells at once.
protocol CellLoss {
  /// Nothing added yet; `alpha` is the weight of concept cells, 1 − `alpha` that of the others.
  init(alpha: Double)

  /// Adds the costs of four cells and returns their derivatives; t is 1 in cells of the concept
  /// and 0 elsewhere. `isWide` says that |z| may be above 700.
  mutating func add(z: SIMD4<Double>, t: SIMD4<Double>, isWide: Bool) -> CellSlopes

  /// The sum over the cells that were added since the last call, at most 950 additions ago.
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
  // Sums of logarithms are logarithms of products: one logarithm for many cells.
  private var concept = SIMD4<Double>(repeating: 1)
  private var other = SIMD4<Double>(repeating: 1)

  init(alpha: Double) { self.alpha = alpha }

  @inline(__always)
  mutating func add(z: SIMD4<Double>, t: SIMD4<Double>, isWide: Bool) -> CellSlopes {
    // The cost is weight · softplus(s), and softplus(s) = max(s, 0) − log max(σ(s), σ(−s)).
    let sign = 1 - 2 * t
    let signed = (1 - alpha) - t
    let s = sign * z
    let u = exponential(isWide ? limited(-s) : -s)
    let wrong = 1 / (1 + u)
    let right = u * wrong
    let half = 0.5 * magnitude(wrong - right)
    let small = 0.5 - half
    concept *= 1 - t * small
    other *= (0.5 + half) + t * small
    let slope = signed * wrong
    linear += (signed * 0.5) * (z + sign * magnitude(s))
    return CellSlopes(first: slope, second: (sign * slope) * right)
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
    return linear.sum() - logarithms
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

  @inline(__always)
  mutating func add(z: SIMD4<Double>, t: SIMD4<Double>, isWide: Bool) -> CellSlopes {
    let u = exponential(isWide ? limited(-z) : -z)
    let p = 1 / (1 + u)
    let others = (1 - alpha) * (1 - t)
    let signed = others - alpha * t
    total += signed * p - others
    return CellSlopes(first: signed * (p * (u * p)), second: .zero)
  }

  mutating func drain() -> Double {
    defer { total = .zero }
    return total.sum()
  }

  func atZero(concept: Int, other: Int) -> Double {
    -(alpha * Double(concept) + (1 - alpha) * Double(other)) / 2
  }
}
