import Testing

@testable import Compute

/// Marked values against loops that are written as the definitions read.
@Suite("Marked values of maps")
struct MarkedValuesTests {
  private func activation(_ samples: Int, _ shape: Shape, seed: UInt64) -> Activation {
    var stream = RandomStream(seed: seed)
    // Steps of ½, so that values meet bounds exactly, with both zeros among them.
    let values = (0..<samples * shape.count).map { _ in
      (Float(stream.normal(0, 1)) * 2).rounded() / 2
    }
    return Activation(samples: samples, shape: shape, values: values)
  }

  /// A value rounded up to the next bfloat16, by search: the codes of all of them, ascending.
  private static func code(of value: Float) -> UInt16 {
    let isNegative = value < 0
    // The sixteen leading bits truncate towards zero: upwards for what is negative.
    let high = UInt16((value == 0 ? 0 : value).bitPattern >> 16)
    if isNegative { return ~high }
    let truncated = Float(bitPattern: UInt32(high) << 16)
    return (truncated < value ? high + 1 : high) | 0x8000
  }

  /// One channel with sizes around a strip's and a word's; several channels beside sixteen.
  static let shapes = [
    (1, 1, 1), (1, 1, 255), (1, 16, 16), (3, 1, 257), (16, 4, 8), (17, 20, 13), (40, 31, 33),
    (64, 8, 8),
  ]

  @Test("equal to plain loops, whatever the shape and the threads", arguments: shapes)
  func plainLoops(channels: Int, height: Int, width: Int) {
    let shape = Shape(channels: channels, height: height, width: width)
    let positions = height * width
    let activation = activation(3, shape, seed: UInt64(channels * 1000 + positions))
    let bounds = (0..<channels).map { Float($0 % 5) / 2 - 1 }
    let strips = (positions + 255) / 256
    var counts = [UInt16](repeating: 0, count: 3 * strips * channels)
    var marks: [UInt8] = []
    for sample in 0..<3 {
      for strip in 0..<strips {
        for c in 0..<channels {
          for position in strip * 256..<min(positions, strip * 256 + 256) {
            let value = activation.values[(sample * positions + position) * channels + c]
            guard value > bounds[c] else { continue }
            let code = Self.code(of: value)
            counts[(sample * strips + strip) * channels + c] += 1
            marks += [UInt8(position - strip * 256), UInt8(code & 0xff), UInt8(code >> 8)]
          }
        }
      }
    }
    let tiers = activation.tiers(pooled: true, bitsAbove: nil, threads: 1)
    for threads in [1, 2, 5] {
      let found = activation.marks(above: bounds, threads: threads)
      #expect(found.pooled == tiers.pooled)
      #expect(found.marked.counts == counts)
      #expect(found.marked.marks == marks)
    }
    let stored = MarkedValues(
      samples: 3, channels: channels, positions: positions, counts: counts, marks: marks)
    #expect(stored == activation.marks(above: bounds, threads: 1).marked)
  }

  @Test("bits of marks are those of the map, above thresholds that are bfloat16", arguments: shapes)
  func bits(channels: Int, height: Int, width: Int) {
    let shape = Shape(channels: channels, height: height, width: width)
    let activation = activation(2, shape, seed: UInt64(channels + height * width))
    let bounds = (0..<channels).map { Float($0 % 3) / 2 - 1 }
    // Above the bounds, and the bounds themselves.
    let thresholds = bounds.enumerated().map { $1 + Float($0 % 4) / 2 }
    let marked = activation.marks(above: bounds, threads: 2).marked
    let expected = activation.tiers(pooled: false, bitsAbove: thresholds, threads: 1).bits
    for threads in [1, 3] {
      #expect(marked.bits(above: thresholds.map(Self.code), threads: threads) == expected)
    }
  }

  @Test("histograms count codes of the samples and channels that are asked for")
  func histograms() {
    let shape = Shape(channels: 20, height: 17, width: 19)
    let activation = activation(3, shape, seed: 9)
    let marked = activation.marks(above: [Float](repeating: 0.25, count: 20), threads: 2).marked
    let wanted = 3..<19
    // From a code in the midst of those that occur, and from the least there is.
    for least in [Self.code(of: 1), 0] {
      let width = 65_536 - Int(least)
      var expected = [UInt32](repeating: 0, count: wanted.count * width)
      for sample in [0, 2] {
        for position in 0..<shape.pixels {
          for c in wanted {
            let value = activation.values[(sample * shape.pixels + position) * 20 + c]
            guard value > 0.25, Self.code(of: value) >= least else { continue }
            expected[(c - wanted.lowerBound) * width + Int(Self.code(of: value) - least)] += 1
          }
        }
      }
      for threads in [1, 2, 7] {
        var found = [UInt32](repeating: 0, count: wanted.count * width)
        marked.count(
          wanted, of: [true, false, true], from: least, into: &found, threads: threads)
        #expect(found == expected)
      }
    }
  }

  @Test("codes sort like the values, and say them rounded up to bfloat16")
  func codes() {
    // 1.0 is a bfloat16; 1.001 lies between 1.0 and 1.0078125.
    let values: [Float] = [-2, -1.001, -0.0, 0, 1, 1.001, .greatestFiniteMagnitude, .infinity]
    let activation = Activation(
      samples: 1, shape: Shape(channels: 1, height: 1, width: values.count), values: values)
    let marks = activation.marks(above: [-.infinity], threads: 1).marked.marks
    let found = stride(from: 0, to: marks.count, by: 3).map {
      UInt16(marks[$0 + 1]) | UInt16(marks[$0 + 2]) << 8
    }
    #expect(found == [0x3fff, 0x407f, 0x8000, 0x8000, 0xbf80, 0xbf81, 0xff80, 0xff80])
  }

  @Test("what is stored is refused where counts and marks do not fit")
  func refusals() {
    func stored(
      _ counts: [UInt16], _ marks: [UInt8], samples: Int = 1, channels: Int = 1,
      positions: Int = 300
    ) -> MarkedValues? {
      MarkedValues(
        samples: samples, channels: channels, positions: positions, counts: counts, marks: marks)
    }
    let marks: [UInt8] = [0, 1, 2, 255, 3, 4, 43, 5, 6]
    #expect(stored([2, 1], marks) != nil)
    #expect(stored([2, 0], marks) == nil, "marks are left")
    #expect(stored([2, 2], marks) == nil, "marks are missing")
    #expect(stored([2, 1], marks + [0]) == nil, "part of a mark")
    #expect(stored([3], marks) == nil, "a strip without counts")
    #expect(stored([2, 1, 0], marks) == nil, "counts of no strip")
    #expect(stored([2, 1], [0, 1, 2, 255, 3, 4, 44, 5, 6]) == nil, "beyond the map")
    #expect(stored([2, 1], [7, 1, 2, 7, 3, 4, 43, 5, 6]) == nil, "a position twice")
    #expect(stored([257, 1], [UInt8](repeating: 0, count: 258 * 3)) == nil, "beyond a strip")
    #expect(stored([2, 1], marks, channels: 0) == nil)
    #expect(stored([2, 1], marks, positions: 0) == nil)
    #expect(stored([2, 1], marks, samples: -1) == nil)
    #expect(stored([2, 1], marks, samples: .max, positions: .max) == nil)
    // A sample may not take from the next one.
    #expect(stored([1, 1, 1, 0], marks, samples: 2) == nil)
    #expect(stored([], [], samples: 0) != nil)
  }

  @Test("the value at a rank is that of a full sort", arguments: [1, 2, 3, 40, 1_000])
  func ranks(count: Int) {
    let shape = Shape(channels: 21, height: 25, width: 20)
    let activation = activation(2, shape, seed: UInt64(count))
    let places = (0..<count).map { $0 * 7 % 1_000 }
    for rank in Set([0, count / 3, count - 1]) {
      let expected = (0..<21).map { c in
        places.map { activation.values[$0 * 21 + c] }.sorted()[rank]
      }
      for threads in [1, 2] {
        #expect(activation.values(atRank: rank, of: places, threads: threads) == expected)
      }
    }
  }

  @Test("no samples have no marks")
  func none() {
    let none = Activation(samples: 0, shape: Shape(channels: 4, height: 2, width: 2), values: [])
    let (pooled, marked) = none.marks(above: [0, 0, 0, 0], threads: 2)
    #expect(pooled == [] && marked.counts == [] && marked.marks == [])
    #expect(marked.bits(above: [0, 0, 0, 0], threads: 2) == [])
  }
}
