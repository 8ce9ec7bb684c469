import Testing

@testable import Compute

@Suite("Calibration of the paired tests")
struct PairedCalibrationTests {
  /// Two networks that differ by nothing but chance, over people who differ: the share of studies
  /// with p ≤ 0.05.
  private func falseAlarms(studies: Int, shift: Double = 0) -> (ratio: Double, area: Double) {
    var found = (ratio: 0, area: 0)
    for index in 0..<studies {
      var stream = RandomStream(seed: 77, UInt64(index))
      let data = PairedReference(
        subjects: 12, perSubject: 6, shift: shift, spread: 1, levels: 100, stream: &stream)
      let results = PairedStudy(
        subjects: 12, bootstrap: SubjectBootstrap(resamples: 2), permutations: 4_096
      ).compare([.ratio(data.ratio), .area(data.area)])
      found.ratio += (results[0].pValue ?? 1) <= 0.05 ? 1 : 0
      found.area += (results[1].pValue ?? 1) <= 0.05 ? 1 : 0
    }
    return (Double(found.ratio) / Double(studies), Double(found.area) / Double(studies))
  }

  @Test("exchangeable networks are told apart in at most 5 % of the studies")
  func nominal() {
    // Exact for ratios; for areas up to the ranking. 4 standard errors of 600 studies are 0.036.
    let found = falseAlarms(studies: 600)
    #expect(found.ratio < 0.05 + 0.036)
    #expect(found.area < 0.05 + 0.036)
    // All 4,096 swaps leave no more than 2/4096 between the level and 0.05.
    #expect(found.ratio > 0.05 - 0.036)
    #expect(found.area > 0.05 - 0.036)
  }

  @Test("a network that no longer tells samples apart is found more often than by chance")
  func power() {
    // The signal is gone after: areas 0.66 against 0.5 with 72 samples of 12 people.
    let found = falseAlarms(studies: 100, shift: 1)
    #expect(found.area > 0.3)
  }
}
