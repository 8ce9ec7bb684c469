internal import Foundation

/// One logistic regression within a batch, and how far its minimisation has come.
struct LogisticProblem {
  let target: LogisticTarget
  let outputs: Int
  /// Its first output among those of the batch.
  let firstOutput: Int
  /// 1 / samples whose class is known.
  let sampleWeight: Double
  /// Where intercepts begin: the log odds of each stratum, [outputs, strata].
  let startIntercepts: [Double]
  /// The curvature of the loss along each weight where all weights are 0; [outputs, width].
  let curvatures: [Double]
  /// Penalty factors: 1 for weights, 0 for intercepts; [outputs, width].
  let isPenalised: [Double]

  var penalty = 0.0
  var history = CurvatureHistory()
  var iterations = 0
  /// The largest component of the gradient where all weights are 0, once it is known.
  var startGradient: Double?
  var relativeGradient = Double.infinity
  var isActive = false

  /// Prepares the regression; nil if not every class occurs.
  init?(_ target: LogisticTarget, design: DesignMatrix, firstOutput: Int) {
    let target = target.keepingMixed(design.stratum, strata: design.strata)
    let counts = target.counts
    let known = counts.reduce(0, +)
    guard target.isDefined else { return nil }
    self.target = target
    outputs = target.outputs
    self.firstOutput = firstOutput
    let sampleWeight = 1 / Double(known)
    self.sampleWeight = sampleWeight
    let strata = LogisticProblem.strata(target, design)
    startIntercepts = LogisticProblem.intercepts(target, strata)
    var curvatures: [Double] = []
    for output in 0..<target.outputs {
      let share = Double(counts[target.outputs == 1 ? 1 : output]) * sampleWeight
      let curvature = share * (1 - share)
      curvatures += design.squares.map { $0 * curvature }
      curvatures += strata.map { Double($0.reduce(0, +)) * sampleWeight * curvature }
    }
    self.curvatures = curvatures
    let row =
      Array(repeating: 1.0, count: design.axes) + Array(repeating: 0, count: design.strata)
    isPenalised = (0..<target.outputs).flatMap { _ in row }
  }

  /// A diagonal approximation of the inverse curvature; 0 for what cannot move.
  var scales: [Double] {
    zip(curvatures, isPenalised).map { curvature, factor in
      let sum = curvature + penalty * factor
      return sum > 0 ? 1 / sum : 0
    }
  }

  /// How many samples of each class there are in each stratum.
  private static func strata(_ target: LogisticTarget, _ design: DesignMatrix) -> [[Int]] {
    var counts = [[Int]](
      repeating: Array(repeating: 0, count: target.classes), count: design.strata)
    for (sample, label) in target.labels.enumerated() where label >= 0 {
      counts[design.stratum[sample]][Int(label)] += 1
    }
    return counts
  }

  private static func intercepts(_ target: LogisticTarget, _ strata: [[Int]]) -> [Double] {
    if target.outputs == 1 {
      return strata.map { $0[0] > 0 && $0[1] > 0 ? log(Double($0[1]) / Double($0[0])) : 0 }
    }
    let logs = strata.map { counts in
      // Classes that a stratum lacks begin as if half a sample of them had been seen.
      let logs = counts.map { log(max(Double($0), 0.5)) }
      let mean = logs.reduce(0, +) / Double(logs.count)
      return logs.map { $0 - mean }
    }
    return (0..<target.outputs).flatMap { output in logs.map { $0[output] } }
  }
}
