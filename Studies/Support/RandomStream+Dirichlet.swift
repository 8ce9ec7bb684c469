import Compute
import Foundation

extension RandomStream {
  /// A number of the gamma distribution with scale 1 (Marsaglia & Tsang 2000).
  mutating func gamma(_ shape: Double) -> Double {
    guard shape >= 1 else {
      // Gamma(a) = Gamma(a + 1)·U^(1/a).
      return gamma(shape + 1) * pow(1 - uniform(), 1 / shape)
    }
    let d = shape - 1.0 / 3
    let c = 1 / (9 * d).squareRoot()
    while true {
      let x = normal()
      let v = pow(1 + c * x, 3)
      if v > 0, log(1 - uniform()) < x * x / 2 + d - d * v + d * log(v) { return d * v }
    }
  }

  /// Shares around `means` that sum to 1.
  ///
  /// Two draws of a category from the same shares agree as draws of one subject with the intraclass
  /// correlation `correlation` do: Dirichlet with concentration 1/correlation − 1.
  mutating func shares(around means: [Double], correlation: Double) -> [Double] {
    guard correlation > 0 else { return means }
    let concentration = 1 / correlation - 1
    let parts = means.map { $0 > 0 ? gamma($0 * concentration) : 0 }
    let sum = parts.reduce(0, +)
    return sum > 0 ? parts.map { $0 / sum } : means
  }

  /// The place of a draw among shares that sum to 1.
  mutating func category(_ shares: [Double]) -> Int {
    var rest = uniform()
    for (place, share) in shares.enumerated() {
      rest -= share
      if rest < 0 { return place }
    }
    return shares.count - 1
  }
}
