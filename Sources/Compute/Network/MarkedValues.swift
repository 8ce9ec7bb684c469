internal import CKernels

/// The values of maps that are above a bound, with where they are, without the rest.
public struct MarkedValues: Sendable, Equatable {
  /// Samples in the batch.
  public let samples: Int
  /// Channels of a map.
  public let channels: Int
  /// Positions of a map: height × width.
  public let positions: Int
  /// `[samples, ⌈positions / 256⌉, channels]`: the marks of each channel in each strip of 256
  /// positions.
  public let counts: [UInt16]
  /// Three bytes a mark, in the order of samples, strips, channels, positions: the position within
  /// its strip, and the value's 16-bit code, low byte first.
  ///
  /// A code is the value rounded up to the next bfloat16, written so that codes sort like values.
  public let marks: [UInt8]
  /// Where each sample's marks begin, and where the last one's end.
  private let starts: [Int]

  /// Marked values as they were stored.
  ///
  /// - Returns: nil unless counts and marks fit each other and the shape.
  public init?(samples: Int, channels: Int, positions: Int, counts: [UInt16], marks: [UInt8]) {
    guard samples >= 0, channels > 0, positions > 0, marks.count % Self.markBytes == 0,
      // By division: what was stored may claim anything.
      counts.count % channels == 0,
      counts.count / channels == samples.multipliedClamped(by: Self.strips(of: positions))
    else { return nil }
    self.init(unchecked: samples, channels, positions, counts, marks)
    guard starts[samples] == marks.count, (0..<samples).allSatisfy(isWhole) else { return nil }
  }

  fileprivate init(
    unchecked samples: Int, _ channels: Int, _ positions: Int, _ counts: [UInt16], _ marks: [UInt8]
  ) {
    self.samples = samples
    self.channels = channels
    self.positions = positions
    self.counts = counts
    self.marks = marks
    let size = Self.strips(of: positions) * channels
    starts = counts.withUnsafeBufferPointer { counts in
      var starts = [0]
      for sample in 0..<samples {
        let own = counts[sample * size..<(sample + 1) * size].reduce(0) { $0 + Int($1) }
        starts.append(starts[sample] + own * Self.markBytes)
      }
      return starts
    }
  }

  private func isWhole(_ sample: Int) -> Bool {
    withPointers(to: sample) { counts, marks in
      lethe_marks_fit(
        counts, marks, (starts[sample + 1] - starts[sample]) / Self.markBytes, positions, channels)
    }
  }

  /// Counts the codes of some channels into a histogram.
  ///
  /// - Parameters:
  ///   - wanted: Channels.
  ///   - isCounted: One a sample: whether it takes part.
  ///   - least: Codes below it are left out.
  ///   - histogram: `[wanted, 65536 − least]`; added to.
  ///   - threads: How many share the channels; results do not depend on it.
  public func count(
    _ wanted: Range<Int>, of isCounted: [Bool], from least: UInt16, into histogram: inout [UInt32],
    threads: Int
  ) {
    let width = 65_536 - Int(least)
    precondition(histogram.count == wanted.count * width && isCounted.count == samples)
    let parts = max(1, min(threads, wanted.count))
    histogram.withUnsafeMutableBufferPointer { histogram in
      guard let histogram = histogram.baseAddress else { return }
      Workers(count: threads).forEach(parts) { part in
        let first = wanted.lowerBound + wanted.count * part / parts
        let end = wanted.lowerBound + wanted.count * (part + 1) / parts
        for sample in 0..<samples where isCounted[sample] {
          withPointers(to: sample) { counts, marks in
            lethe_marks_histogram(
              counts, marks, Self.strips(of: positions), channels, first, end, least,
              histogram + (first - wanted.lowerBound) * width)
          }
        }
      }
    }
  }

  /// The bits of the marks whose codes are greater than their channel's.
  ///
  /// - Parameters:
  ///   - codes: One a channel.
  ///   - threads: How many share the samples; results do not depend on it.
  /// - Returns: `[samples, channels, ⌈positions / 8⌉]`, as `Activation.tiers` gives them.
  public func bits(above codes: [UInt16], threads: Int) -> [UInt8] {
    precondition(codes.count == channels, "one code a channel")
    let size = channels * ((positions + 7) / 8)
    return [UInt8](unsafeUninitializedCapacity: samples * size) { bits, filled in
      filled = samples * size
      guard let bits = bits.baseAddress else { return }
      Workers(count: threads).forEach(samples) { sample in
        withPointers(to: sample) { counts, marks in
          lethe_marks_bits(counts, marks, positions, channels, codes, bits + sample * size)
        }
      }
    }
  }

  private func withPointers<Result>(
    to sample: Int, _ body: (UnsafePointer<UInt16>, UnsafePointer<UInt8>) -> Result
  ) -> Result {
    counts.withUnsafeBufferPointer { counts in
      marks.withUnsafeBufferPointer { marks in
        // Where nothing is marked there may be no marks to point at: then none is read.
        withUnsafePointer(to: UInt8(0)) { nothing in
          guard let counts = counts.baseAddress else { preconditionFailure("no samples") }
          return body(
            counts + sample * Self.strips(of: positions) * channels,
            marks.baseAddress.map { $0 + starts[sample] } ?? nothing)
        }
      }
    }
  }

  fileprivate static let markBytes = Int(LETHE_MARK_BYTES)

  fileprivate static func strips(of positions: Int) -> Int {
    (positions - 1) / Int(LETHE_MARK_STRIP) + 1
  }
}

extension Activation {
  /// The values above a bound, and what `tiers` gives of every sample's map, in one pass over it.
  ///
  /// - Parameters:
  ///   - bounds: One a channel: greater values are marked. None that is may be NaN.
  ///   - threads: How many share the samples; results do not depend on it.
  /// - Returns: `pooled` as `tiers` gives it, and the marked values.
  public func marks(
    above bounds: [Float], threads: Int
  ) -> (pooled: [Float], marked: MarkedValues) {
    let (channels, positions) = (shape.channels, shape.pixels)
    precondition(bounds.count == channels, "one bound a channel")
    let size = MarkedValues.strips(of: positions) * channels
    var counts: [UInt16] = []
    var marks = [[UInt8]](repeating: [], count: samples)
    let pooled = [Float](unsafeUninitializedCapacity: samples * channels * 2) { pooled, filled in
      filled = samples * channels * 2
      counts = [UInt16](unsafeUninitializedCapacity: samples * size) { counts, filled in
        filled = samples * size
        guard let counts = counts.baseAddress, let pooled = pooled.baseAddress else { return }
        marks.withUnsafeMutableBufferPointer { marks in
          values.withUnsafeBufferPointer { source in
            guard let source = source.baseAddress else { return }
            // A sum takes the room of two floats, a maximum and a word that of one.
            let words = Int(LETHE_MARK_WORDS)
            Workers(count: threads).forEach(samples, workspace: (3 + words) * channels) {
              sample, scratch in
              // Memory that no mark reaches is never touched.
              let room = UnsafeMutablePointer<UInt8>.allocate(
                capacity: shape.count * MarkedValues.markBytes)
              defer { room.deallocate() }
              let found = scratch.withMemoryRebound(to: Double.self, capacity: channels) { sums in
                (scratch + 3 * channels).withMemoryRebound(
                  to: UInt32.self, capacity: words * channels
                ) { words in
                  lethe_map_marks(
                    source + sample * shape.count, positions, channels, bounds, sums,
                    scratch + 2 * channels, words, pooled + sample * channels * 2,
                    counts + sample * size, room)
                }
              }
              marks[sample] = Array(
                UnsafeBufferPointer(start: room, count: found * MarkedValues.markBytes))
            }
          }
        }
      }
    }
    var joined: [UInt8] = []
    joined.reserveCapacity(marks.reduce(0) { $0 + $1.count })
    for own in marks { joined += own }
    return (pooled, MarkedValues(unchecked: samples, channels, positions, counts, joined))
  }
}

extension Int {
  fileprivate func multipliedClamped(by other: Int) -> Int {
    let (product, overflows) = multipliedReportingOverflow(by: other)
    return overflows ? .max : product
  }
}
