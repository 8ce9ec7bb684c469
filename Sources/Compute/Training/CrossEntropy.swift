internal import Foundation

/// Softmax cross-entropy, averaged over a batch with class weights as PyTorch does.
enum CrossEntropy {
  /// Sums over samples: Σ w·loss, Σ w, and how many were predicted right.
  struct Sums {
    var loss = 0.0
    var weight = 0.0
    var correct = 0

    /// Σ w·loss / Σ w.
    var mean: Double { loss / weight }

    static func += (sums: inout Sums, other: Sums) {
      sums.loss += other.loss
      sums.weight += other.weight
      sums.correct += other.correct
    }
  }

  /// Sums a batch, and writes the gradient of its mean if asked for.
  ///
  /// - Parameters:
  ///   - logits: [labels.count, classes].
  ///   - classes: Numbers in a row.
  ///   - labels: The class of every row, in 0..<classes.
  ///   - weights: A weight a class, nil for 1 each.
  ///   - gradient: [labels.count, classes], overwritten.
  /// - Returns: The sums over the batch.
  static func evaluate(
    _ logits: UnsafePointer<Float>, classes: Int, labels: [Int], weights: [Float]?,
    gradient: UnsafeMutablePointer<Float>? = nil
  ) -> Sums {
    var sums = Sums()
    let totalWeight = labels.reduce(0.0) { $0 + Double(weights?[$1] ?? 1) }
    for (row, label) in labels.enumerated() {
      let values = UnsafeBufferPointer(start: logits + row * classes, count: classes)
      let largest = Double(values.max() ?? 0)
      let exponentials = values.map { exp(Double($0) - largest) }
      let total = exponentials.reduce(0, +)
      let weight = Double(weights?[label] ?? 1)
      sums.loss += weight * (log(total) - (Double(values[label]) - largest))
      sums.weight += weight
      // The prediction is the first of the largest.
      let isRight = values.enumerated().allSatisfy { index, value in
        index < label ? value < values[label] : value <= values[label]
      }
      if isRight { sums.correct += 1 }
      guard let gradient else { continue }
      for index in 0..<classes {
        let probability = exponentials[index] / total
        let target: Double = index == label ? 1 : 0
        gradient[row * classes + index] = Float((probability - target) * weight / totalWeight)
      }
    }
    return sums
  }
}
