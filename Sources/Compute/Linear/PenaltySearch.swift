/// Finds the penalty of logistic regressions by cross-validation.
public struct PenaltySearch: Sendable {
  /// What was found for one target.
  public struct Choice: Sendable, Equatable {
    /// λ with the least loss on samples that were held out; of equal ones the largest.
    public let penalty: Double
    /// The mean cross-entropy of held-out samples for each λ that was tried, in the order of
    /// `penalties`.
    public let losses: [Double]
  }

  /// The λ to choose from, descending.
  public let penalties: [Double]
  /// The relative gradient that is small enough to compare them.
  public let tolerance: Double

  /// A search.
  ///
  /// - Parameters:
  ///   - penalties: The λ to choose from, above 0.
  ///   - tolerance: As of `LogisticRegression.fit`; looser, since only held-out losses are compared.
  public init(
    penalties: [Double] = PenaltySearch.decades, tolerance: Double = 1e-3
  ) {
    precondition(!penalties.isEmpty && penalties.allSatisfy { $0 > 0 })
    self.penalties = penalties.sorted(by: >)
    self.tolerance = tolerance
  }

  /// 1, 0.1, … 10⁻⁴.
  public static let decades = [1, 0.1, 0.01, 0.001, 0.0001]

  /// Chooses λ for each target.
  ///
  /// A fold in whose remainder a class is missing does not count; nor, of strata, do held-out
  /// samples whose stratum the remainder leaves out. Models of one fold follow each other from the
  /// largest λ down, each from where the one before ended. After two λ in a row that are worse than
  /// the best so far no smaller one is tried.
  ///
  /// - Parameters:
  ///   - targets: What is to be told.
  ///   - design: The samples.
  ///   - folds: The fold of each sample, 0, 1, …
  /// - Returns: A choice for each target; nil where no fold counts.
  public func choose(
    _ targets: [LogisticTarget], over design: DesignMatrix, folds: [Int]
  ) -> [Choice?] {
    precondition(folds.count == design.samples)
    let count = (folds.max() ?? -1) + 1
    var parts: [LogisticTarget] = []
    for fold in 0..<count {
      parts += targets.map { $0.keeping { folds[$0] != fold } }
    }
    let solver = LogisticSolver(design, parts)
    var losses = [[Double]](repeating: [], count: targets.count)
    for penalty in penalties {
      let isOpen = losses.map(PenaltySearch.isOpen)
      solver.solve(
        penalties: parts.indices.map { isOpen[$0 % targets.count] ? penalty : nil },
        tolerance: tolerance, maxIterations: 200)
      for (index, target) in targets.enumerated() where isOpen[index] {
        var (sum, held) = (0.0, 0)
        for fold in 0..<count {
          let part = fold * targets.count + index
          let (loss, samples) = self.loss(target, solver, part, design) { folds[$0] == fold }
          sum += loss
          held += samples
        }
        if held > 0 { losses[index].append(sum / Double(held)) }
      }
    }
    return losses.map { losses in
      losses.indices.min { (losses[$0], $0) < (losses[$1], $1) }
        .map { Choice(penalty: penalties[$0], losses: losses) }
    }
  }

  /// Whether a smaller λ may be better: not both of the last two were worse than one before.
  private static func isOpen(_ losses: [Double]) -> Bool {
    guard losses.count > 2, let best = losses.dropLast(2).min() else { return true }
    return losses.suffix(2).contains { $0 < best }
  }

  /// The loss of held-out samples, summed, and how many they are.
  private func loss(
    _ target: LogisticTarget, _ solver: LogisticSolver, _ part: Int, _ design: DesignMatrix,
    isHeldOut: (Int) -> Bool
  ) -> (sum: Double, samples: Int) {
    guard let first = solver.firstOutput(part), let learnt = solver.target(part) else {
      return (0, 0)
    }
    var isSeen = [Bool](repeating: design.strata == 1, count: design.strata)
    for (sample, label) in learnt.labels.enumerated() where label >= 0 {
      isSeen[design.stratum[sample]] = true
    }
    var (sum, samples) = (0.0, 0)
    solver.logits.withUnsafeBufferPointer { logits in
      guard let start = logits.baseAddress else { return }
      for (sample, label) in target.labels.enumerated()
      where label >= 0 && isHeldOut(sample) && isSeen[design.stratum[sample]] {
        sum += LogisticLoss.value(
          start + first * design.samples, label: label, sample: sample, samples: design.samples,
          outputs: target.outputs)
        samples += 1
      }
    }
    return (sum, samples)
  }
}
