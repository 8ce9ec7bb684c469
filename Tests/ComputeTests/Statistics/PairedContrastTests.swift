import Testing

@testable import Compute

@Suite("Contrasts of paired differences")
struct PairedContrastTests {
  @Test("a contrast equals a plain enumeration of common swaps", arguments: 0..<8)
  func enumeration(seed: Int) {
    var stream = RandomStream(seed: UInt64(seed))
    let data = (0..<3).map { index in
      PairedReference(
        subjects: 8, perSubject: 4, shift: index == 0 ? 0.8 : 0, stream: &stream)
    }
    let weights = [1.0, -0.5, -0.5]
    let patterns = (0..<256).map { pattern in
      data.map { $0.swapping { pattern >> $0 & 1 == 1 } }
    }
    let study = PairedStudy(
      subjects: 8, bootstrap: SubjectBootstrap(resamples: 60), permutations: 1_000)
    for (measures, delta) in [
      (data.map { PairedMeasure.ratio($0.ratio) }, \PairedReference.ratioDelta),
      (data.map { PairedMeasure.area($0.area) }, \.areaDelta),
    ] {
      let values = patterns.map { pattern in
        zip(weights, pattern).reduce(0) { $0 + $1.0 * $1.1[keyPath: delta] }
      }
      let contrast = study.contrast(measures, weights: weights)
      #expect(isWithin(contrast?.delta, values[0], 1e-10))
      let extreme = values.count { abs($0) >= abs(values[0]) - 1e-10 }
      #expect(isWithin(contrast?.pValue, Double(extreme) / 256, 1e-12))
    }
  }

  @Test("a contrast of one measure is its comparison")
  func one() {
    var stream = RandomStream(seed: 4)
    let data = PairedReference(subjects: 15, perSubject: 5, shift: 0.6, stream: &stream)
    let study = PairedStudy(subjects: 15)
    let comparison = study.compare([.ratio(data.ratio)])[0]
    let contrast = study.contrast([.ratio(data.ratio)], weights: [1])
    #expect(contrast?.delta == comparison.delta)
    #expect(contrast?.interval == comparison.interval)
    #expect(contrast?.standardError == comparison.standardError)
    #expect(contrast?.pValue == comparison.pValue)
    // Drawn swaps of areas near the exact count: 4 standard errors of 20,000 draws.
    let exact = study.compare([.area(data.area)])[0].pValue ?? -1
    let drawn = study.contrast([.area(data.area)], weights: [1])?.pValue ?? -2
    #expect(abs(drawn - exact) < 4 * (exact * (1 - exact) / 20_000).squareRoot() + 1e-4)
  }

  @Test("the mean of contrasts is the contrast of the mean")
  func mean() {
    var stream = RandomStream(seed: 9)
    let data = (0..<2).map { _ in
      PairedReference(subjects: 12, perSubject: 3, stream: &stream)
    }
    let study = PairedStudy(
      subjects: 12, bootstrap: SubjectBootstrap(resamples: 50), permutations: 500)
    let measures = data.map { PairedMeasure.ratio($0.ratio) }
    let parts = measures.compactMap { study.contrast([$0], weights: [1]) }
    let mean = PairedContrast.mean(parts)
    let whole = study.contrast(measures, weights: [0.5, 0.5])
    #expect(isWithin(mean?.delta, whole?.delta ?? 9, 1e-12))
    #expect(isWithin(mean?.interval?.low, whole?.interval?.low ?? 9, 1e-12))
    #expect(isWithin(mean?.standardError, whole?.standardError ?? 9, 1e-12))
    #expect(mean?.pValue == whole?.pValue)
  }

  @Test("without a difference there is no contrast; with one subject no test")
  func undefined() {
    let empty = PairedMeasure.ratio(PairedRatio([.init()]))
    let full = PairedMeasure.ratio(
      PairedRatio([
        .init(numeratorBefore: 1, denominatorBefore: 2, numeratorAfter: 2, denominatorAfter: 2)
      ]))
    let study = PairedStudy(subjects: 1)
    #expect(study.contrast([full, empty], weights: [1, -1]) == nil)
    let alone = study.contrast([full], weights: [2])
    #expect(alone?.delta == 1)
    #expect(alone?.pValue == nil)
    #expect(alone?.interval == nil)
    #expect(alone?.detectable() == nil)
  }

  @Test("verdicts by margin, ends included where nothing is lost")
  func verdicts() {
    let verdict = { DifferenceVerdict(Interval(low: $0, high: $1), margin: 0.05) }
    #expect(verdict(-0.05, 0.05) == .kept)
    #expect(verdict(-0.2, -0.051) == .forgotten)
    #expect(verdict(-0.2, -0.05) == .undecided)
    #expect(verdict(0.051, 0.2) == .gained)
    #expect(verdict(0.04, 0.2) == .undecided)
    #expect(verdict(-0.06, 0.06) == .undecided)
    #expect(DifferenceVerdict(nil, margin: 1) == .undecided)
  }
}
