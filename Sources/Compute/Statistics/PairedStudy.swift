/// Paired comparisons of two networks over the same subjects: permutation tests that swap whole
/// subjects between the networks, and bootstraps that draw whole subjects.
///
/// Equal seeds and numbers of subjects give equal swaps and draws, whatever is compared: results of
/// several measures and layers can be combined.
public struct PairedStudy: Sendable {
  /// How many subjects there are.
  public let subjects: Int
  /// Draws of subjects.
  public let bootstrap: SubjectBootstrap
  private let swaps: SwapPatterns

  /// A study; below two subjects it has no tests and no intervals.
  ///
  /// - Parameters:
  ///   - subjects: How many subjects there are.
  ///   - bootstrap: How subjects are drawn.
  ///   - permutations: How many swaps are drawn if they are not all taken.
  public init(
    subjects: Int, bootstrap: SubjectBootstrap = SubjectBootstrap(), permutations: Int = 20_000
  ) {
    self.subjects = max(0, subjects)
    self.bootstrap = bootstrap
    swaps = SwapPatterns(
      subjects: self.subjects, permutations: permutations, seed: bootstrap.seed)
  }

  /// Compares measures, each of which must have the subjects of the study.
  ///
  /// - Parameter measures: What is compared.
  /// - Returns: One comparison a measure.
  public func compare(_ measures: [PairedMeasure]) -> [PairedComparison] {
    check(measures)
    let distributions = bootstrap.distributions(subjects: subjects, count: 2 * measures.count) {
      drawn in
      measures.flatMap { measure -> [Double?] in
        let values = measure.values(drawn: drawn)
        return [values.before, PairedMeasure.delta(values)]
      }
    }
    let pValues = pValues(measures)
    return measures.indices.map { index in
      let measure = measures[index]
      let isTested = measure.effectiveSubjects > 1
      let values = measure.values
      return PairedComparison(
        before: values.before, after: values.after, effectiveSubjects: measure.effectiveSubjects,
        beforeDistribution: isTested ? distributions[2 * index] : nil,
        distribution: isTested ? distributions[2 * index + 1] : nil,
        pValue: isTested && PairedMeasure.delta(values) != nil ? pValues[index] : nil)
    }
  }

  /// A weighted sum of differences, tested as one statistic.
  ///
  /// - Parameters:
  ///   - measures: What is compared; each must have a difference.
  ///   - weights: One a measure.
  /// - Returns: The contrast; nil where a difference is undefined or there is none.
  public func contrast(_ measures: [PairedMeasure], weights: [Double]) -> PairedContrast? {
    check(measures)
    precondition(weights.count == measures.count)
    let observed = measures.compactMap(\.delta)
    guard observed.count == measures.count, !measures.isEmpty else { return nil }
    let sum: @Sendable ([Double]) -> Double = { deltas in
      zip(weights, deltas).reduce(0) { $0 + $1.0 * $1.1 }
    }
    guard subjects > 1 else {
      return PairedContrast(delta: sum(observed), resampled: nil, swapped: [], swaps: swaps)
    }
    let distribution = bootstrap.distributions(subjects: subjects, count: 1) { drawn in
      let deltas = measures.compactMap { PairedMeasure.delta($0.values(drawn: drawn)) }
      return [deltas.count == measures.count ? sum(deltas) : nil]
    }[0]
    let deltas = SwappedDeltas(measures, subjects: subjects)
    let swapped = chunks { patterns in
      var values: [Double] = []
      deltas.forEach(patterns, of: swaps) { values.append(sum($1)) }
      return values
    }
    return PairedContrast(
      delta: sum(observed), resampled: distribution, swapped: Array(swapped.joined()),
      swaps: swaps)
  }

  private func pValues(_ measures: [PairedMeasure]) -> [Double] {
    guard subjects > 1 else { return measures.map { _ in 1 } }
    let observed = measures.map { $0.delta ?? .nan }
    let ratios = measures.indices.filter {
      if case .ratio = measures[$0] { true } else { false }
    }
    let deltas = SwappedDeltas(ratios.map { measures[$0] }, subjects: subjects)
    let counts = chunks { patterns in
      var extreme = [Int](repeating: 0, count: ratios.count)
      deltas.forEach(patterns, of: swaps) { _, deltas in
        for (place, index) in ratios.enumerated()
        where SwapPatterns.isExtreme(deltas[place], observed[index]) {
          extreme[place] += 1
        }
      }
      return extreme
    }
    var pValues = [Double](repeating: 1, count: measures.count)
    for (place, index) in ratios.enumerated() {
      pValues[index] = swaps.pValue(extreme: counts.reduce(0) { $0 + $1[place] })
    }
    // Of areas the differences are integral and add up: all patterns can be counted.
    let exact = concurrentMap(measures.count) { index -> Double? in
      guard case .area(let area) = measures[index] else { return nil }
      return SignFlipTest.pValue(
        differences: area.differences, permutations: swaps.count, seed: bootstrap.seed)
    }
    for (index, value) in exact.enumerated() { if let value { pValues[index] = value } }
    return pValues
  }

  /// Goes through the swaps in chunks on all cores.
  private func chunks<Result: Sendable>(_ body: @Sendable (Range<Int>) -> Result) -> [Result] {
    let chunk = 250
    return concurrentMap((swaps.count + chunk - 1) / chunk) { index in
      body(index * chunk..<min(swaps.count, (index + 1) * chunk))
    }
  }

  private func check(_ measures: [PairedMeasure]) {
    precondition(measures.allSatisfy { $0.subjects == subjects })
  }
}
