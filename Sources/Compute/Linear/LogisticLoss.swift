internal import Foundation

/// The cross-entropy of logistic outputs, and its gradient.
///
/// Outputs lie one after the other, [outputs, samples].
enum LogisticLoss {
  /// The gradient with respect to the outputs: (probability − truth)·weight; 0 for unknown labels.
  static func residuals(
    _ logits: UnsafePointer<Double>, labels: UnsafePointer<Int32>, samples: Int, outputs: Int,
    weight: Double, into residuals: UnsafeMutablePointer<Double>
  ) {
    for sample in 0..<samples {
      let label = labels[sample]
      guard label >= 0 else {
        for output in 0..<outputs { residuals[output * samples + sample] = 0 }
        continue
      }
      if outputs == 1 {
        // Both ends are safe: exp overflows to infinity, whose reciprocal is 0.
        let probability = 1 / (1 + exp(-logits[sample]))
        residuals[sample] = (probability - Double(label)) * weight
        continue
      }
      var largest = logits[sample]
      for output in 1..<outputs { largest = max(largest, logits[output * samples + sample]) }
      var sum = 0.0
      for output in 0..<outputs {
        let share = exp(logits[output * samples + sample] - largest)
        residuals[output * samples + sample] = share
        sum += share
      }
      let factor = weight / sum
      for output in 0..<outputs {
        let truth = output == Int(label) ? weight : 0
        residuals[output * samples + sample] = residuals[output * samples + sample] * factor - truth
      }
    }
  }

  /// The loss of one sample: −log of the probability of its class.
  static func value(
    _ logits: UnsafePointer<Double>, label: Int32, sample: Int, samples: Int, outputs: Int
  ) -> Double {
    if outputs == 1 {
      let margin = label == 1 ? logits[sample] : -logits[sample]
      return max(0, -margin) + log1p(exp(-abs(margin)))
    }
    var largest = logits[sample]
    for output in 1..<outputs { largest = max(largest, logits[output * samples + sample]) }
    var sum = 0.0
    for output in 0..<outputs { sum += exp(logits[output * samples + sample] - largest) }
    return log(sum) + largest - logits[Int(label) * samples + sample]
  }
}
