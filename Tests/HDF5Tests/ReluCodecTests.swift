import CCodecs
import Foundation
import Testing

@Suite("HDF5: the codec of rectified maps")
struct ReluCodecTests {
  /// Numbers that follow from a seed alone.
  private struct Noise: RandomNumberGenerator {
    var state: UInt64

    mutating func next() -> UInt64 {
      state ^= state << 13
      state ^= state >> 7
      state ^= state << 17
      return state
    }
  }

  private func encode(
    _ bytes: [UInt8], size: Int, isPortable: Bool = false
  ) -> [UInt8] {
    [UInt8](unsafeUninitializedCapacity: lethe_relu_bound(bytes.count)) { target, length in
      let encode = isPortable ? lethe_relu_encode_portable : lethe_relu_encode
      length = encode(bytes, bytes.count, UInt32(size), target.baseAddress)
    }
  }

  /// What a stream decodes to, by both ways; nil if it is refused.
  private func decode(_ stream: [UInt8], size: Int, count: Int) -> [UInt8]? {
    let ways = [lethe_relu_decode, lethe_relu_decode_portable].map { decode -> [UInt8]? in
      var target = [UInt8](repeating: 0xaa, count: count)
      let isWhole = decode(stream, stream.count, UInt32(size), &target, count)
      return isWhole != 0 ? target : nil
    }
    #expect(ways[0] == ways[1])
    return ways[0]
  }

  /// Elements of which some are zero, and some are not what a rectifier gives.
  private func elements(
    _ count: Int, size: Int, density: Double, oddities: Bool, _ noise: inout Noise
  ) -> [UInt8] {
    let odd: [UInt32] = [0x8000_0000, 0x7fc0_0001, 0xffff_ffff, 0x7f80_0000, 1]
    return (0..<count).flatMap { _ -> [UInt8] in
      var pattern: UInt32 = 0
      if Double.random(in: 0..<1, using: &noise) < density {
        let value = abs(Float.random(in: -3...3, using: &noise))
        pattern = oddities && noise.next() % 16 == 0 ? odd[Int(noise.next() % 5)] : value.bitPattern
      }
      let kept = size == 4 ? pattern : pattern >> 16
      return withUnsafeBytes(of: kept.littleEndian) { Array($0.prefix(size)) }
    }
  }

  @Test("both ways give the same bytes, and these give back every bit", arguments: [2, 4])
  func roundTrip(size: Int) {
    var noise = Noise(state: 0x1234_5678_9abc_def1)
    for count in Array(1...70) + [255, 4095, 4096, 4097, 8200, 20_001] {
      for density in [0, 0.02, 0.3, 0.6, 1.0] {
        for oddities in [false, true] {
          let bytes = elements(
            count, size: size, density: density, oddities: oddities, &noise)
          let stream = encode(bytes, size: size)
          #expect(stream == encode(bytes, size: size, isPortable: true), "\(count) \(density)")
          #expect(stream.count < bytes.count)
          guard !stream.isEmpty else { continue }
          #expect(lethe_relu_length(stream, stream.count) == bytes.count)
          #expect(
            decode(stream, size: size, count: bytes.count) == bytes,
            "\(count) elements, \(density) of them not zero")
        }
      }
    }
  }

  @Test("the bytes are those of schema/activations.md")
  func format() {
    // Sixteen float32: 1, 0, 1.5, 2 and twelve zeros; then as many of two halves.
    let floats: [Float] = [1, 0, 1.5, 2] + [Float](repeating: 0, count: 12)
    let patterns = floats.flatMap { value in
      withUnsafeBytes(of: value.bitPattern.littleEndian) { Array($0) }
    }
    // 28 bits each of 0, 0x400000 and 0x800000, less the least pattern, that of 1.
    let narrow: [UInt8] = [0, 0, 0, 0, 0, 0, 4] + [0, 0, 0x80, 0, 0, 0, 0]
    #expect(
      encode(patterns, size: 4) == [1, 4, 2, 0, 16, 0, 0, 0, 3, 0, 0, 0, 0, 0, 0x80, 0x3f]
        + [0b1101, 0] + narrow)
    let halves = [UInt8](repeating: 0, count: 60) + [0, 0x3c, 0, 0x80]
    // Four bytes of bits would be 0, 0, 0 and 0xc0: a summary of one byte, and the last of them.
    #expect(
      encode(halves, size: 2) == [1, 2, 1, 0, 32, 0, 0, 0, 2, 0, 0, 0, 0, 0, 0, 0]
        + [0b1000, 0xc0] + [0, 0x3c, 0, 0x80])
  }

  @Test("where few elements are zero nothing is encoded")
  func dense() {
    var noise = Noise(state: 77)
    // All 16 bits count in halves, and in floats of both signs.
    let halves = elements(1000, size: 2, density: 1, oddities: false, &noise)
    #expect(encode(halves, size: 2).isEmpty)
    let floats = (0..<1000).flatMap { index -> [UInt8] in
      withUnsafeBytes(of: (Float(index) - 500.5).bitPattern.littleEndian) { Array($0) }
    }
    #expect(encode(floats, size: 4).isEmpty)
    for (count, size) in [(0, 4), (6, 4), (3, 2), (8, 8), (8, 1)] {
      #expect(encode([UInt8](repeating: 0, count: count), size: size).isEmpty, "\(count) \(size)")
    }
  }

  @Test("a stream that is cut, longer, or changed anywhere is refused or decodes within bounds")
  func hostile() throws {
    var noise = Noise(state: 99)
    for size in [2, 4] {
      for density in [0.03, 0.5] {
        let bytes = elements(5000, size: size, density: density, oddities: false, &noise)
        let stream = encode(bytes, size: size)
        try #require(!stream.isEmpty)
        for length in [0, 1, 15, 16, 17, stream.count / 2, stream.count - 1] {
          #expect(decode(Array(stream.prefix(length)), size: size, count: bytes.count) == nil)
        }
        #expect(decode(stream + [0], size: size, count: bytes.count) == nil)
        #expect(decode(stream, size: size, count: bytes.count - size) == nil)
        #expect(decode(stream, size: 6 - size, count: bytes.count) == nil)
        // Everything that says how much there is, bit by bit; and bits anywhere.
        for bit in 0..<(8 * 12) {
          var changed = stream
          changed[bit / 8] ^= 1 << (bit % 8)
          #expect(decode(changed, size: size, count: bytes.count) == nil, "bit \(bit)")
        }
        for _ in 0..<400 {
          var changed = stream
          let bit = Int(noise.next() % UInt64(8 * stream.count))
          changed[bit / 8] ^= 1 << (bit % 8)
          #expect(decode(changed, size: size, count: bytes.count) != bytes)
        }
      }
    }
  }

  @Test("HDF5's filter call gives the same bytes, and refuses what is no stream")
  func filter() throws {
    var noise = Noise(state: 5)
    let bytes = elements(3000, size: 4, density: 0.4, oddities: true, &noise)
    let values: [UInt32] = [UInt32(LETHE_RELU_VERSION), 4]
    let reverse: UInt32 = 0x100
    func call(_ input: [UInt8], flags: UInt32, values: [UInt32]) -> [UInt8]? {
      var buffer = malloc(max(1, input.count))
      defer { free(buffer) }
      input.withUnsafeBytes { source in
        if let start = source.baseAddress {
          buffer?.copyMemory(from: start, byteCount: source.count)
        }
      }
      var capacity = input.count
      let length = lethe_relu_filter(
        flags, values.count, values, input.count, &capacity, &buffer)
      guard length > 0, let buffer else { return nil }
      #expect(capacity >= length)
      return Array(UnsafeRawBufferPointer(start: buffer, count: length))
    }
    let stream = try #require(call(bytes, flags: 0, values: values))
    #expect(stream == encode(bytes, size: 4))
    #expect(call(stream, flags: reverse, values: values) == bytes)
    #expect(call(Array(stream.dropLast()), flags: reverse, values: values) == nil)
    #expect(call(stream, flags: reverse, values: [2, 4]) == nil)
    #expect(call(stream, flags: reverse, values: [1]) == nil)
    #expect(call(stream, flags: reverse, values: [1, 2]) == nil)
    #expect(call([], flags: reverse, values: values) == nil)
  }
}
