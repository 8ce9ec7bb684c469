import Synchronization
import Testing

@testable import Compute

@Suite("Bootstrap over groups of equal subjects")
struct GroupedBootstrapTests {
  @Test("groups ascend by what they contribute, in whatever order subjects come")
  func groups() {
    let groups = SubjectGroups([3, 1, 3, 2, 1, 3])
    #expect(groups.groups == [2, 0, 2, 1, 0, 2])
    #expect(groups.sizes == [2, 1, 3])
    #expect(groups.representatives == [1, 3, 0])
    #expect(groups.subjects == 6)
    #expect(SubjectGroups([Int]()).sizes.isEmpty)
  }

  @Test("counts are drawn where a group has 64 subjects on the average")
  func rule() {
    let isCounted = { (subjects: Int, groups: Int) in
      SubjectBootstrap.drawsCounts(of: SubjectGroups((0..<subjects).map { $0 % groups }))
    }
    #expect(isCounted(128, 2))
    #expect(!isCounted(127, 2))
    #expect(!isCounted(40, 1))
    #expect(isCounted(64, 1))
  }

  @Test("subjects drawn one by one give the resamples that they give without groups")
  func oneByOne() {
    var stream = RandomStream(seed: 4)
    let values = (0..<90).map { _ in stream.below(3) }
    let groups = SubjectGroups(values)
    let bootstrap = SubjectBootstrap(resamples: 300, seed: 9)
    let grouped = bootstrap.intervals(of: groups, count: 1) { drawn in
      [Double((0..<3).reduce(0) { $0 + $1 * Int(drawn[$1]) })]
    }
    let single = bootstrap.intervals(subjects: 90, count: 1) { drawn in
      [Double((0..<90).reduce(0) { $0 + values[$1] * Int(drawn[$1]) })]
    }
    #expect(grouped == single)
  }

  @Test("equals a plain serial loop over counts with the same draws, bit for bit")
  func serialReference() {
    let (zeros, ones) = (700, 300)
    let interval = SubjectBootstrap(resamples: 500, seed: 11).interval(
      ratioOf: (0..<zeros + ones).map { $0 % 10 < 7 ? 0 : 1 },
      to: Array(repeating: 1, count: zeros + ones))
    var values: [Double] = []
    for resample in 0..<500 {
      var draws = RandomStream(
        seed: 11, RandomStream.key("subject bootstrap"), UInt64(resample))
      let missed = draws.binomial(trials: 1_000, part: zeros, of: 1_000)
      values.append(Double(1_000 - missed) / 1_000)
    }
    values.sort()
    #expect(interval?.low == SubjectBootstrap.quantile(values, (1 - 0.95) / 2))
    #expect(interval?.high == SubjectBootstrap.quantile(values, 1 - (1 - 0.95) / 2))
  }

  @Test("two groups by hand: one subject of two kinds never leaves its range")
  func twoKinds() {
    // 64 of 0 and 64 of 1: the share of ones is binomial(128, ½) / 128.
    let interval = SubjectBootstrap(resamples: 4_000).interval(
      ratioOf: (0..<128).map { $0 / 64 }, to: Array(repeating: 1, count: 128))
    // P(X ≤ 52) = 0.0209 and P(X ≤ 53) = 0.0316 for X of binomial(128, ½): the 2.5 % point is 53.
    #expect(interval == Interval(low: 53.0 / 128, high: 75.0 / 128))
  }

  @Test("interval ends are spread over seeds as those of the slow bootstrap are")
  func endsOverSeeds() {
    // Five kinds of subjects, of unequal sizes: 384 in all.
    let kinds = [(0, 1, 150), (1, 1, 90), (1, 2, 70), (3, 4, 44), (0, 3, 30)]
    let subjects = kinds.flatMap { kind in (0..<kind.2).map { _ in (kind.0, kind.1) } }
    let (numerators, denominators) = (subjects.map(\.0), subjects.map(\.1))
    let (seeds, resamples) = (60, 200)
    let fast = (0..<seeds).map { seed in
      SubjectBootstrap(resamples: resamples, seed: UInt64(seed))
        .interval(ratioOf: numerators, to: denominators)
    }
    let slow = concurrentMap(seeds) { seed -> Interval in
      var stream = RandomStream(seed: 1_000, UInt64(seed))
      let values = (0..<resamples).map { _ -> Double in
        var (numerator, denominator) = (0, 0)
        for _ in numerators {
          let subject = stream.below(numerators.count)
          numerator += numerators[subject]
          denominator += denominators[subject]
        }
        return Double(numerator) / Double(denominator)
      }.sorted()
      return Interval(
        low: SubjectBootstrap.quantile(values, 0.025),
        high: SubjectBootstrap.quantile(values, 0.975))
    }
    for end in [\Interval.low, \Interval.high] {
      let (a, b) = (fast.compactMap { $0?[keyPath: end] }, slow.map { $0[keyPath: end] })
      let (first, second) = (Moments(a), Moments(b))
      let error = (first.variance / Double(seeds) + second.variance / Double(seeds)).squareRoot()
      #expect(a.count == seeds)
      // Four standard errors of the difference of means; variances within a factor of 2.2, the
      // 0.2 % points of F(59, 59).
      #expect(abs(first.mean - second.mean) < 4 * error)
      #expect(first.variance / second.variance < 2.2)
      #expect(second.variance / first.variance < 2.2)
    }
  }

  @Test("counts of groups have the moments of the multinomial distribution")
  func multinomial() {
    let sizes = [200, 100, 84]
    let groups = SubjectGroups(sizes.enumerated().flatMap { Array(repeating: $0.0, count: $0.1) })
    let drawn = Draws()
    _ = SubjectBootstrap(resamples: 3_000, seed: 2).intervals(of: groups, count: 1) { counts in
      drawn.add(counts.map(Int.init))
      return [0]
    }
    let all = drawn.all
    #expect(all.count == 3_000)
    #expect(all.allSatisfy { $0.reduce(0, +) == 384 })
    for (group, size) in sizes.enumerated() {
      let moments = Moments(all.map { Double($0[group]) })
      let p = Double(size) / 384
      let variance = 384 * p * (1 - p)
      #expect(abs(moments.mean - Double(size)) < 5 * (variance / 3_000).squareRoot())
      #expect(abs(moments.variance / variance - 1) < 5 * (2.0 / 3_000).squareRoot())
    }
    // Covariance −n·p·q of the first two.
    let covariance =
      all.reduce(0.0) { $0 + Double($1[0] - 200) * Double($1[1] - 100) } / 3_000
    #expect(abs(covariance / (-200.0 * 100 / 384) - 1) < 0.15)
  }
}

/// Mean and variance of some numbers.
private struct Moments {
  let mean: Double
  let variance: Double

  init(_ values: [Double]) {
    let mean = values.reduce(0, +) / Double(values.count)
    self.mean = mean
    variance =
      values.reduce(0) { $0 + ($1 - mean) * ($1 - mean) } / Double(values.count - 1)
  }
}

/// Resamples in the order in which they came.
private final class Draws: Sendable {
  private let kept = Mutex<[[Int]]>([])

  func add(_ counts: [Int]) { kept.withLock { $0.append(counts) } }

  var all: [[Int]] { kept.withLock { $0 } }
}
