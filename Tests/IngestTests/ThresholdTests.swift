import Compute
import Testing

@testable import Ingest

@Suite("Thresholds of the bits tier") struct ThresholdTests {
  @Test("codes round up to bfloat16 and sort like the values")
  func codes() {
    var stream = RandomStream(seed: 3)
    var values: [Float] = [
      0, -0.0, 1, -1, 1.0000001, -1.0000001, .leastNonzeroMagnitude, 3e38, -3e38,
    ]
    for _ in 0..<2000 { values.append(Float(stream.normal() * 100)) }
    for value in values {
      let up = BFloat16Code(roundingUp: value).value
      #expect(up >= value)
      #expect(up.bitPattern & 0xffff == 0)
      // No bfloat16 value lies between; −0 and 0 are one value.
      guard up != 0 else { continue }
      #expect(BFloat16Code(rawValue: BFloat16Code(roundingUp: value).rawValue - 1).value < value)
    }
    let sorted = values.sorted()
    for (a, b) in zip(sorted, sorted.dropFirst()) {
      #expect(BFloat16Code(roundingUp: a) <= BFloat16Code(roundingUp: b))
    }
  }

  /// The definition, word for word: sort all values, take the order statistic, round up.
  private func reference(_ values: [Float], quantile: Double) -> Float {
    let sorted = values.sorted()
    let rank = Int((Double(sorted.count) * (1 - quantile)).rounded(.up))
    return BFloat16Code(roundingUp: sorted[max(rank, 1) - 1]).value
  }

  @Test("equal to a full sort, whatever the order of the batches", arguments: [0.005, 0.02, 0.3])
  func fullSort(quantile: Double) {
    var stream = RandomStream(seed: 11)
    let (channels, side, samples) = (3, 5, 40)
    let shape = Shape(channels: channels, height: side, width: side)
    let batches = (0..<5).map { _ in
      Activation(
        samples: samples / 5, shape: shape,
        // Channel 2 is nearly always off, so that its threshold is 0.
        values: (0..<samples / 5 * side * side * channels).map {
          $0 % channels == 2
            ? (stream.chance(0.001) ? 1 : 0) : Float(max(0, stream.normal(0, 1)))
        })
    }
    let n = samples * side * side
    for order in [[0, 1, 2, 3, 4], [4, 2, 0, 3, 1]] {
      let bounds = batches[order[0]].provisionalBounds(
        quantile: quantile, isNonNegative: true, threads: 2)
      let finder = ThresholdFinder(channels: 0..<channels, above: bounds.min() ?? 0)
      for index in order {
        finder.add(
          batches[index].marks(above: bounds, threads: 2).marked,
          of: [Bool](repeating: true, count: batches[index].samples), threads: 2)
      }
      for channel in 0..<channels {
        let all = batches.flatMap { batch in
          stride(from: channel, to: batch.values.count, by: channels).map { batch.values[$0] }
        }
        let outcome = finder.threshold(
          channel: channel, count: n, quantile: quantile, bound: bounds[channel],
          floor: bounds[channel] == 0 ? 0 : nil)
        // The bound comes from one batch and may be too high: then it must say so, never guess.
        if outcome != .boundTooHigh {
          #expect(outcome == .found(reference(all, quantile: quantile)))
        } else {
          #expect(
            reference(all, quantile: quantile) <= BFloat16Code(roundingUp: bounds[channel]).value)
        }
      }
    }
  }

  @Test("a bound above the order statistic is noticed")
  func boundTooHigh() {
    let finder = ThresholdFinder(channels: 0..<1, above: 4)
    finder.add(marked([5], above: 4), of: [true])
    // 1,000 values, q = 0.005: the statistic is the sixth from the top, one candidate is known.
    #expect(ThresholdFinder.rankFromTop(of: 1000, quantile: 0.005) == 6)
    func threshold(floor: Float?) -> ThresholdFinder.Outcome {
      finder.threshold(channel: 0, count: 1000, quantile: 0.005, bound: 4, floor: floor)
    }
    #expect(threshold(floor: nil) == .boundTooHigh)
    #expect(threshold(floor: 0) == .found(0))
  }

  @Test("of parts with bounds of their own, the highest bound says what is exact")
  func severalBounds() {
    // 1 … 20 above a bound of 2 in one part, 1 … 20 above a bound of 14 in another: 40 values.
    let finder = ThresholdFinder(channels: 0..<1, above: 2)
    let values = (1...20).map(Float.init)
    finder.add(marked(values, above: 2), of: [true])
    finder.add(marked(values, above: 14), of: [true])
    // A sample that takes no part changes nothing.
    finder.add(marked(values, above: 2), of: [false])
    func threshold(quantile: Double) -> ThresholdFinder.Outcome {
      finder.threshold(channel: 0, count: 40, quantile: quantile, bound: 14, floor: nil)
    }
    // Ranks from the top: 3, 12 and 13 are exact (the 13th is 14 whichever part it comes from);
    // the 14th is 14, too, but looks like 13, since one part lacks its own.
    #expect(threshold(quantile: 0.05) == .found(19))
    #expect(threshold(quantile: 0.28) == .found(15))
    #expect(threshold(quantile: 0.31) == .found(14))
    #expect(threshold(quantile: 0.34) == .boundTooHigh)
  }

  @Test("pooled values and bits of a map worked out by hand")
  func byHand() {
    // One sample, two channels, 1 × 3 positions: channel 0 is 1, 5, 3; channel 1 is 0, −2, 2.
    let activation = Activation(
      samples: 1, shape: Shape(channels: 2, height: 1, width: 3), values: [1, 0, 5, -2, 3, 2])
    #expect(activation.pooled == [3, 5, 0, 2])
    #expect(activation.bits(above: [1, 0]) == [0b110, 0b100])
    // Strip by strip and channel by channel: how many, then where and what.
    let (pooled, marked) = activation.marks(above: [1, 0], threads: 2)
    #expect(pooled == [3, 5, 0, 2])
    #expect(marked.counts == [2, 1])
    #expect(
      marked.marks
        == [(1, 5), (2, 3), (2, 2)].flatMap { (position: UInt8, value: Float) in
          let code = BFloat16Code(roundingUp: value).rawValue
          return [position, UInt8(code & 0xff), UInt8(code >> 8)]
        })
  }

  /// The values of one channel above a bound.
  private func marked(_ values: [Float], above bound: Float) -> MarkedValues {
    Activation(
      samples: 1, shape: Shape(channels: 1, height: 1, width: values.count), values: values
    ).marks(above: [bound], threads: 1).marked
  }
}
