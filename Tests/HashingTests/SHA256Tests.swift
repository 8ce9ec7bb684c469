import Foundation
import Hashing
import Testing

@Suite("SHA-256")
struct SHA256Tests {
  // FIPS 180-4 examples (NIST), and the million of 'a'.
  @Test(
    "Published digests",
    arguments: [
      ("", "e3b0c44298fc1c149afbf4c8996fb92427ae41e4649b934ca495991b7852b855"),
      ("abc", "ba7816bf8f01cfea414140de5dae2223b00361a396177a9cb410ff61f20015ad"),
      (
        "abcdbcdecdefdefgefghfghighijhijkijkljklmklmnlmnomnopnopq",
        "248d6a61d20638b8e5c026930c3e6039a33ce45964ff2167f6ecedd419db06c1"
      ),
      (
        String(repeating: "a", count: 1_000_000),
        "cdc76e5c9914fb9281a1c7e284d73e67f1809a48a497200e046d39ccc7112cd0"
      ),
    ])
  func published(text: String, digest: String) {
    #expect(SHA256.hex(of: Array(text.utf8)) == digest)
  }

  @Test("The pieces in which bytes come make no difference")
  func pieces() {
    let bytes = (0..<1000).map { UInt8($0 * 31 % 256) }
    let whole = SHA256.hex(of: bytes)
    for size in [1, 7, 63, 64, 65, 999] {
      let hash = SHA256()
      for start in stride(from: 0, to: bytes.count, by: size) {
        hash.update(Array(bytes[start..<min(bytes.count, start + size)]))
      }
      hash.update([UInt8]())
      #expect(hash.hex() == whole, "pieces of \(size)")
    }
  }

  @Test("Texts are kept apart, numbers are their little-endian bytes")
  func kinds() {
    func digest(_ texts: String...) -> String {
      let hash = SHA256()
      for text in texts { hash.update(text) }
      return hash.hex()
    }
    #expect(digest("ab", "c") != digest("a", "bc"))
    #expect(digest("ab") == SHA256.hex(of: [0x61, 0x62, 0]))
    let numbers = SHA256()
    numbers.update([Float(1), -2])
    #expect(numbers.hex() == SHA256.hex(of: [0, 0, 0x80, 0x3f, 0, 0, 0, 0xc0]))
  }

  @Test("A file's digest and length, longer than one piece")
  func file() throws {
    let url = FileManager.default.temporaryDirectory.appending(path: "lethe-\(UUID().uuidString)")
    defer { try? FileManager.default.removeItem(at: url) }
    let bytes = [UInt8](repeating: 7, count: 1 << 20) + [1, 2, 3]
    try Data(bytes).write(to: url)
    let (digest, length) = try SHA256.hex(ofFile: url)
    #expect(digest == SHA256.hex(of: bytes))
    #expect(length == bytes.count)
    #expect(throws: (any Error).self) { try SHA256.hex(ofFile: url.appending(path: "none")) }
  }
}
