import Testing

@testable import Compute

/// What is kept of maps, against loops that are written as the definitions read.
@Suite("Tiers of a map")
struct TierTests {
  private func activation(_ samples: Int, _ channels: Int, _ height: Int, _ width: Int)
    -> Activation
  {
    var stream = RandomStream(seed: UInt64(channels * 100 + height))
    let shape = Shape(channels: channels, height: height, width: width)
    // Steps of ½, so that values meet thresholds exactly, with both zeros among them.
    let values = (0..<samples * shape.count).map { _ in
      (Float(stream.normal(0, 1)) * 2).rounded() / 2
    }
    return Activation(samples: samples, shape: shape, values: values)
  }

  @Test(
    "equal to plain loops, whatever the shape and the threads",
    arguments: [(1, 1, 1), (3, 1, 7), (16, 4, 8), (17, 5, 13), (40, 9, 7), (64, 8, 8), (100, 1, 1)])
  func plainLoops(channels: Int, height: Int, width: Int) {
    let activation = activation(3, channels, height, width)
    let thresholds = (0..<channels).map { Float($0 % 5) / 2 - 1 }
    let positions = height * width
    let bytes = (positions + 7) / 8
    var pooled: [Float] = []
    var bits = [UInt8](repeating: 0, count: 3 * channels * bytes)
    for sample in 0..<3 {
      for c in 0..<channels {
        let column = (0..<positions).map {
          activation.values[(sample * positions + $0) * channels + c]
        }
        pooled.append(Float(column.reduce(0.0) { $0 + Double($1) } / Double(positions)))
        pooled.append(column.max() ?? 0)
        for (position, value) in column.enumerated() where value > thresholds[c] {
          bits[(sample * channels + c) * bytes + position / 8] |= 1 << UInt8(position % 8)
        }
      }
    }
    for threads in [1, 2, 5] {
      let tiers = activation.tiers(pooled: true, bitsAbove: thresholds, threads: threads)
      #expect(tiers.pooled == pooled)
      #expect(tiers.bits == bits)
      #expect(activation.tiers(pooled: true, bitsAbove: nil, threads: threads) == (pooled, []))
      #expect(
        activation.tiers(pooled: false, bitsAbove: thresholds, threads: threads) == ([], bits))
    }
  }

  @Test("a value that is no number makes the mean none, and no bit", arguments: [0, 15, 16])
  func notANumber(channel: Int) {
    var activation = activation(1, 17, 3, 3)
    activation.values[4 * 17 + channel] = .nan
    let tiers = activation.tiers(
      pooled: true, bitsAbove: [Float](repeating: -.infinity, count: 17), threads: 1)
    #expect(tiers.pooled[channel * 2].isNaN)
    #expect(tiers.pooled[channel * 2 + 1].isFinite)
    #expect(tiers.bits[channel * 2] == 0b1110_1111)
    #expect(tiers.pooled.indices.count { tiers.pooled[$0].isNaN } == 1)
  }

  @Test("no samples have no tiers")
  func none() {
    let none = Activation(samples: 0, shape: Shape(channels: 4, height: 2, width: 2), values: [])
    #expect(none.tiers(pooled: true, bitsAbove: [0, 0, 0, 0], threads: 2) == ([], []))
  }
}
