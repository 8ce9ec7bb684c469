internal import Foundation

/// Probabilities from logits.
public enum Softmax {
  /// exp(xᵢ − max x) / Σ exp(xⱼ − max x) of each row, computed in double precision.
  ///
  /// - Parameters:
  ///   - logits: Rows of `classes` numbers.
  ///   - classes: Numbers in a row, at least 1.
  /// - Returns: As many probabilities; a row with a NaN or only −∞ gives NaN.
  public static func probabilities(_ logits: [Float], classes: Int) -> [Float] {
    precondition(
      classes > 0 && logits.count % classes == 0, "logits come in rows of \(classes) numbers")
    var result = logits
    result.withUnsafeMutableBufferPointer { values in
      guard let base = values.baseAddress else { return }
      for row in 0..<values.count / classes { apply(base + row * classes, classes) }
    }
    return result
  }

  /// The same for one row, in place.
  static func apply(_ row: UnsafeMutablePointer<Float>, _ classes: Int) {
    var largest = row[0]
    for index in 0..<classes { largest = max(largest, row[index]) }
    var exponentials = [Double](repeating: 0, count: classes)
    var sum = 0.0
    for index in 0..<classes {
      exponentials[index] = exp(Double(row[index]) - Double(largest))
      sum += exponentials[index]
    }
    for index in 0..<classes { row[index] = Float(exponentials[index] / sum) }
  }

  /// The gradient of the input of one row: p ⊙ (dp − ⟨dp, p⟩), in place of dp.
  static func gradient(
    probabilities p: UnsafePointer<Float>, _ dp: UnsafeMutablePointer<Float>, _ classes: Int
  ) {
    var inner: Float = 0
    for index in 0..<classes { inner += dp[index] * p[index] }
    for index in 0..<classes { dp[index] = p[index] * (dp[index] - inner) }
  }
}
