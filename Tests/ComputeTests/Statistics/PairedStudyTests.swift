import Testing

@testable import Compute

@Suite("Paired comparison of two networks")
struct PairedStudyTests {
  @Test("all swaps of nine subjects equal a plain enumeration", arguments: 0..<12)
  func enumeration(seed: Int) {
    var stream = RandomStream(seed: UInt64(seed))
    let data = PairedReference(subjects: 9, perSubject: 5, shift: 0.5, stream: &stream)
    let study = PairedStudy(subjects: 9)
    let found = study.compare([.ratio(data.ratio), .area(data.area)])
    let patterns = (0..<512).map { pattern in data.swapping { pattern >> $0 & 1 == 1 } }
    for (comparison, delta) in zip(found, [\PairedReference.ratioDelta, \.areaDelta]) {
      #expect(isWithin(comparison.delta, data[keyPath: delta], 1e-12))
      let observed = abs(patterns[0][keyPath: delta]) - 1e-10
      let extreme = patterns.count { abs($0[keyPath: delta]) >= observed }
      #expect(isWithin(comparison.pValue, Double(extreme) / 512, 1e-12))
    }
  }

  @Test("drawn swaps equal a plain loop over the same draws")
  func drawn() {
    var stream = RandomStream(seed: 3)
    let data = PairedReference(subjects: 70, perSubject: 2, stream: &stream)
    let found = PairedStudy(
      subjects: 70, bootstrap: SubjectBootstrap(resamples: 20, seed: 8), permutations: 300
    ).compare([.ratio(data.ratio)])
    let observed = abs(data.ratioDelta) - 1e-12
    let extreme = (0..<300).count { pattern in
      var draws = RandomStream(seed: 8, RandomStream.key("network swap"), UInt64(pattern))
      let words = [draws.next(), draws.next()]
      let swapped = data.swapping { words[$0 / 64] >> UInt64($0 % 64) & 1 == 1 }
      return abs(swapped.ratioDelta) >= observed
    }
    #expect(found[0].pValue == Double(1 + extreme) / 301)
  }

  @Test("intervals and standard errors equal a plain loop that copies the drawn subjects' samples")
  func bootstrap() {
    var stream = RandomStream(seed: 6)
    let data = PairedReference(subjects: 8, perSubject: 9, shift: 0.4, stream: &stream)
    let study = PairedStudy(
      subjects: 8, bootstrap: SubjectBootstrap(resamples: 101, seed: 2), permutations: 100)
    let found = study.compare([.ratio(data.ratio), .area(data.area)])
    var values: [[Double]] = [[], []]
    for resample in 0..<101 {
      var draws = RandomStream(
        seed: 2, RandomStream.key("subject bootstrap"), UInt64(resample))
      var copy = data
      copy.samples = (0..<8).flatMap { _ in
        let subject = draws.below(8)
        return data.samples.filter { $0.subject == subject }
      }
      values[0].append(copy.ratioDelta)
      values[1].append(copy.areaDelta)
    }
    for (comparison, values) in zip(found, values) {
      let sorted = values.sorted()
      // Definition 7: places 0.025·100 and 0.975·100.
      #expect(isWithin(comparison.interval?.low, (sorted[2] + sorted[3]) / 2, 1e-10))
      #expect(isWithin(comparison.interval?.high, (sorted[97] + sorted[98]) / 2, 1e-10))
      let mean = values.reduce(0, +) / 101
      let variance = values.reduce(0) { $0 + ($1 - mean) * ($1 - mean) } / 100
      #expect(isWithin(comparison.standardError, variance.squareRoot(), 1e-10))
      // z(0.975) + z(0.8)
      #expect(
        isWithin(comparison.detectable(), 2.801585218112969 * variance.squareRoot(), 1e-10))
    }
  }

  @Test("areas over pairs of subjects equal those over samples", arguments: 0..<10)
  func pairs(seed: Int) {
    var stream = RandomStream(seed: UInt64(seed))
    let data = PairedReference(subjects: 6, perSubject: 11, stream: &stream)
    let (scores, truth) = (data.samples.map(\.scores.after), data.samples.map(\.isPositive))
    let groups = data.samples.map(\.subject)
    let pairs = SubjectPairs(scores, truth, groups, 6)
    let ranked = RankedScores(scores: scores, isPositive: truth, groups: groups)
    for _ in 0..<20 {
      let drawn = (0..<6).map { _ in Int32(stream.below(3)) }
      let (one, other) = (pairs.area(drawn), ranked.area(weights: drawn))
      #expect((one == nil) == (other == nil))
      if let other { #expect(isWithin(one, other, 1e-14)) }
    }
    #expect(pairs.area([0, 0, 0, 0, 0, 0]) == nil)
  }

  @Test("by hand: two subjects, one of which the network after no longer finds")
  func byHand() {
    // 8/10 + 6/10 = 0.7 before, 8/10 + 0/10 = 0.4 after; swapping either subject or none or both
    // leaves |0.3|.
    let ratio = PairedRatio([
      .init(numeratorBefore: 8, denominatorBefore: 10, numeratorAfter: 8, denominatorAfter: 10),
      .init(numeratorBefore: 6, denominatorBefore: 10, numeratorAfter: 0, denominatorAfter: 10),
    ])
    // Before: 0.9 beats both negatives, 0.5 one of them. After: both beat both.
    let area = PairedArea(
      before: [0.9, 0.1, 0.5, 0.7], after: [30, 10, 40, 20],
      isPositive: [true, false, true, false], groups: [0, 0, 1, 1], subjects: 2)
    let found = PairedStudy(subjects: 2).compare([.ratio(ratio), .area(area)])
    #expect(found[0].before == 0.7)
    #expect(found[0].after == 0.4)
    #expect(found[0].pValue == 1)
    // A quarter of the resamples draws either subject twice: Δ 0 or −0.6.
    #expect(found[0].interval == Interval(low: -0.6, high: 0))
    #expect(found[1].before == 0.75)
    #expect(found[1].after == 1)
    #expect(found[1].effectiveSubjects == 2)
  }

  @Test("equal networks: no difference, p 1, kept")
  func equal() {
    var stream = RandomStream(seed: 1)
    var data = PairedReference(subjects: 20, perSubject: 6, stream: &stream)
    for index in data.samples.indices {
      data.samples[index].scores.after = data.samples[index].scores.before
      data.samples[index].numerators.after = data.samples[index].numerators.before
      data.samples[index].denominators.after = data.samples[index].denominators.before
    }
    let measures: [PairedMeasure] = [.ratio(data.ratio), .area(data.area)]
    let study = PairedStudy(subjects: 20)
    for comparison in study.compare(measures) {
      #expect(comparison.delta == 0)
      #expect(comparison.pValue == 1)
      #expect(comparison.interval == Interval(low: 0, high: 0))
      #expect(comparison.standardError == 0)
      #expect(DifferenceVerdict(comparison.interval, margin: 0.02) == .kept)
    }
    let contrast = study.contrast(measures, weights: [1, -1])
    #expect(contrast?.delta == 0)
    #expect(contrast?.pValue == 1)
    #expect(contrast?.interval == Interval(low: 0, high: 0))
  }

  @Test("one subject, or one that alone shows the concept, has no test and no interval")
  func oneSubject() {
    let one = PairedStudy(subjects: 1).compare([
      .ratio(PairedRatio([.init(numeratorBefore: 1, denominatorBefore: 2)])),
      .area(
        PairedArea(
          before: [0, 1], after: [1, 0], isPositive: [true, false], groups: [0, 0], subjects: 1)),
    ])
    for comparison in one {
      #expect(comparison.pValue == nil)
      #expect(comparison.interval == nil)
      #expect(comparison.standardError == nil)
      #expect(comparison.detectable() == nil)
    }
    // The ratio after has no denominator.
    #expect(one[0].before == 0.5)
    #expect(one[0].delta == nil)
    #expect(one[1].delta == 1)
    let alone = PairedStudy(subjects: 3).compare([
      .area(
        PairedArea(
          before: [0, 1, 2], after: [1, 0, 3], isPositive: [true, false, false],
          groups: [0, 1, 2], subjects: 3))
    ])
    #expect(alone[0].effectiveSubjects == 1)
    #expect(alone[0].pValue == nil)
    #expect(alone[0].interval == nil)
  }

  @Test("nothing at all is undefined, not a crash")
  func nothing() {
    let study = PairedStudy(subjects: 0)
    #expect(study.compare([]) == [])
    let found = study.compare([
      .ratio(PairedRatio([])),
      .area(PairedArea(before: [], after: [], isPositive: [], groups: [], subjects: 0)),
    ])
    #expect(found.allSatisfy { $0.delta == nil && $0.pValue == nil && $0.interval == nil })
    #expect(study.contrast([], weights: []) == nil)
    #expect(PairedContrast.mean([]) == nil)
  }
}
