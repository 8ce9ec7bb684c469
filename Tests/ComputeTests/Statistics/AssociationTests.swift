import Testing

@testable import Compute

@Suite("Association in 2×2 tables")
struct AssociationTests {
  /// Admissions at Berkeley, 1973 (R's UCBAdmissions): men and women, admitted and rejected, by
  /// department.
  static let berkeley = [
    CountTable(casesWith: 512, casesWithout: 313, controlsWith: 89, controlsWithout: 19),
    CountTable(casesWith: 353, casesWithout: 207, controlsWith: 17, controlsWithout: 8),
    CountTable(casesWith: 120, casesWithout: 205, controlsWith: 202, controlsWithout: 391),
    CountTable(casesWith: 138, casesWithout: 279, controlsWith: 131, controlsWithout: 244),
    CountTable(casesWith: 53, casesWithout: 138, controlsWith: 94, controlsWithout: 299),
    CountTable(casesWith: 22, casesWithout: 351, controlsWith: 24, controlsWithout: 317),
  ]

  @Test("equals statsmodels' StratifiedTable and R's mantelhaen.test(correct = FALSE)")
  func reference() {
    let analysis = MantelHaenszel(AssociationTests.berkeley)
    #expect(analysis.strata == 6)
    #expect(analysis.dropped == 0)
    #expect(isWithin(analysis.oddsRatio, 0.9046968282586231, 1e-13))
    #expect(isWithin(analysis.interval?.low, 0.7719073617593505, 1e-12))
    #expect(isWithin(analysis.interval?.high, 1.0603297644366558, 1e-12))
    #expect(isWithin(analysis.statistic, 1.5246066604434356, 1e-12))
    #expect(isWithin(analysis.pValue, 0.21692369705551817, 1e-12))
  }

  @Test("one stratum is the plain odds ratio with Woolf's interval")
  func oneStratum() {
    let analysis = MantelHaenszel([AssociationTests.berkeley[0]])
    #expect(isWithin(analysis.oddsRatio, AssociationTests.berkeley[0].oddsRatio ?? 0, 1e-14))
    // scipy.stats.contingency.odds_ratio(kind="sample").confidence_interval()
    #expect(isWithin(analysis.interval?.low, 0.20867560215260655, 1e-12))
    #expect(isWithin(analysis.interval?.high, 0.584395361414867, 1e-12))
  }

  @Test("strata with an empty margin are dropped and counted")
  func emptyMargins() {
    let empty = [
      CountTable(casesWith: 3, casesWithout: 4), CountTable(casesWith: 1, controlsWith: 9),
      CountTable(controlsWith: 2, controlsWithout: 3), CountTable(),
      CountTable(casesWithout: 2, controlsWithout: 5),
    ]
    let analysis = MantelHaenszel(AssociationTests.berkeley + empty)
    #expect(analysis.dropped == 5)
    #expect(analysis.oddsRatio == MantelHaenszel(AssociationTests.berkeley).oddsRatio)
    let nothing = MantelHaenszel(empty)
    #expect(nothing.strata == 0)
    #expect(nothing.oddsRatio == nil)
    #expect(nothing.interval == nil)
    #expect(nothing.pValue == nil)
    #expect(nothing.detectableOddsRatio() == nil)
  }

  @Test("an odds ratio of 0 or infinity has no interval but a p value")
  func extremes() {
    // by hand: a − E = 0 − 3·2/7, V = 3·4·2·5/(49·6): statistic (36/49)/(120/294) = 1.8
    let zero = MantelHaenszel([
      CountTable(casesWith: 0, casesWithout: 3, controlsWith: 2, controlsWithout: 2)
    ])
    #expect(zero.oddsRatio == 0)
    #expect(zero.interval == nil)
    #expect(isWithin(zero.statistic, 1.8, 1e-14))
    let infinite = MantelHaenszel([
      CountTable(casesWith: 3, casesWithout: 0, controlsWith: 2, controlsWithout: 2)
    ])
    #expect(infinite.oddsRatio == nil)
    #expect(infinite.pValue != nil)
    #expect(CountTable(casesWith: 3, controlsWith: 2, controlsWithout: 2).oddsRatio == nil)
  }

  @Test("the detectable odds ratio is found at about the stated power")
  func power() {
    // Two strata of 60 cases and 240 controls, the factor in 30 % of the controls.
    let null = CountTable(casesWith: 18, casesWithout: 42, controlsWith: 72, controlsWithout: 168)
    guard let effect = MantelHaenszel([null, null]).detectableOddsRatio() else {
      Issue.record("no detectable odds ratio")
      return
    }
    let odds = 0.3 / 0.7 * effect
    let trials = 600
    let found = (0..<trials).count { trial in
      var stream = RandomStream(seed: 4, UInt64(trial))
      let tables = (0..<2).map { _ in
        let cases = (0..<60).count { _ in stream.chance(odds / (1 + odds)) }
        let controls = (0..<240).count { _ in stream.chance(0.3) }
        return CountTable(
          casesWith: cases, casesWithout: 60 - cases, controlsWith: controls,
          controlsWithout: 240 - controls)
      }
      return (MantelHaenszel(tables).pValue ?? 1) < 0.05
    }
    // 0.8 ± 4 standard errors, and the approximation.
    #expect(abs(Double(found) / Double(trials) - 0.8) < 0.08)
  }

  // statsmodels.stats.multitest.multipletests(method="holm")
  @Test("Holm equals the reference and leaves out what has no p value")
  func holm() {
    let adjusted = Holm.adjust([0.01, 0.04, nil, 0.03, 0.005, 0.9])
    let expected: [Double?] = [0.04, 0.09, nil, 0.09, 0.025, 0.9]
    for (a, b) in zip(adjusted, expected) {
      if let b { #expect(isWithin(a, b, 1e-14)) } else { #expect(a == nil) }
    }
    #expect(Holm.adjust([]) == [])
    #expect(Holm.adjust([nil]) == [nil])
    #expect(Holm.adjust([0.7, 0.8]) == [1, 1])
  }
}
