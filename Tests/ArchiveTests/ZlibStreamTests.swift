import Archive
import Testing

@Suite("Streams of zlib") struct ZlibStreamTests {
  /// Python: zlib.compress(b"abc" * 20).
  private let packed: [UInt8] = [
    0x78, 0x9C, 0x4B, 0x4C, 0x4A, 0x4E, 0x24, 0x17, 0x01, 0x00, 0xBC, 0xBE, 0x16, 0xF9,
  ]

  @Test("unpacks what zlib packed, whatever follows")
  func whole() {
    let text = Array(String(repeating: "abc", count: 20).utf8)
    #expect(ZlibStream.unpacked(packed[...], limit: 60) == text)
    #expect(ZlibStream.unpacked((packed + [0, 0])[...], limit: 100) == text)
  }

  @Test("too much, cut off, damaged or no stream: nothing")
  func refusals() {
    #expect(ZlibStream.unpacked(packed[...], limit: 59) == nil)
    for length in 0..<packed.count {
      #expect(ZlibStream.unpacked(packed[..<length], limit: 100) == nil)
    }
    var changed = packed
    changed[13] ^= 1
    #expect(ZlibStream.unpacked(changed[...], limit: 100) == nil)
    #expect(ZlibStream.unpacked([1, 2, 3, 4, 5], limit: 100) == nil)
  }
}
