/// Float32 to half precision, and back.
enum HalfPrecision {
  /// The halves nearest to the values, ties to even.
  ///
  /// - Parameters:
  ///   - values: What to convert.
  ///   - subject: The array, for the error.
  /// - Returns: As many halves.
  /// - Throws: `WarehouseError` if a finite value lies beyond the largest half, 65,504.
  static func encode(_ values: UnsafeBufferPointer<Float>, subject: String) throws -> [Float16] {
    var halves = [Float16](repeating: 0, count: values.count)
    for index in values.indices {
      let value = values[index]
      let half = Float16(value)
      guard half.isFinite || !value.isFinite else {
        throw WarehouseError(
          .invalid, subject, "the activation \(value) is too large for half precision",
          advice: "keep this layer as maps:f32")
      }
      halves[index] = half
    }
    return halves
  }

  /// The values of halves, from a place in `values` on.
  static func decode(
    _ halves: UnsafeBufferPointer<Float16>, into values: UnsafeMutableBufferPointer<Float>,
    at offset: Int
  ) {
    for index in halves.indices { values[offset + index] = Float(halves[index]) }
  }
}

/// Float32 to 8-bit codes, a channel of a sample at a time: value ≈ minimum + step · code.
///
/// The step is (maximum − minimum) / 255, so the error of a value is at most half a step. The
/// codes of a sample depend on that sample alone.
enum ChannelCodes {
  /// The codes and, for each sample and channel, its minimum and step.
  ///
  /// - Parameters:
  ///   - values: Channels one after the other, each of `positions` values.
  ///   - positions: Values of a channel.
  ///   - subject: The array, for the error.
  /// - Returns: As many codes as values, and two numbers a channel.
  /// - Throws: `WarehouseError` if a value is not finite.
  static func encode(
    _ values: UnsafeBufferPointer<Float>, positions: Int, subject: String
  ) throws -> (codes: [UInt8], ranges: [Float]) {
    var codes = [UInt8](repeating: 0, count: values.count)
    var ranges: [Float] = []
    ranges.reserveCapacity(2 * values.count / max(1, positions))
    for start in stride(from: 0, to: values.count, by: max(1, positions)) {
      var low = Float.infinity
      var high = -Float.infinity
      for index in start..<start + positions {
        let value = values[index]
        guard value.isFinite else {
          throw WarehouseError(
            .invalid, subject, "the activation \(value) has no 8-bit code",
            advice: "keep this layer as maps:f32")
        }
        low = min(low, value)
        high = max(high, value)
      }
      // Halves first: the difference of two finite numbers need not be finite.
      let step = (high / 255) - (low / 255)
      ranges += [low, step]
      guard step > 0 else { continue }
      for index in start..<start + positions {
        let code = ((values[index] / step) - (low / step)).rounded()
        codes[index] = UInt8(min(255, max(0, code)))
      }
    }
    return (codes, ranges)
  }

  /// Turns codes back into values.
  ///
  /// - Parameters:
  ///   - codes: Codes that follow each other, of one channel or several.
  ///   - ranges: Minimum and step of each channel of `values`.
  ///   - positions: Values of a channel.
  ///   - values: Whole channels, one after the other.
  ///   - offset: The place of the first code's value.
  static func decode(
    _ codes: UnsafeBufferPointer<UInt8>, ranges: [Float], positions: Int,
    into values: UnsafeMutableBufferPointer<Float>, at offset: Int
  ) {
    var index = 0
    while index < codes.count {
      let channel = (offset + index) / positions
      let end = min(codes.count, (channel + 1) * positions - offset)
      let low = ranges[2 * channel]
      let step = ranges[2 * channel + 1]
      for place in index..<end { values[offset + place] = low + step * Float(codes[place]) }
      index = end
    }
  }
}
