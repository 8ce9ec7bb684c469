import Foundation
import Testing

@testable import Warehouse

@Suite("Floating-point formats of weight files")
struct FloatFormatTests {
  @Test("Every format is read as float32, bit by bit")
  func formats() {
    let cases: [(FloatFormat, [UInt8], [Float])] = [
      (.float16, [0, 0x3e, 1, 0, 0, 0xfc], [1.5, 0x1p-24, -.infinity]),
      (.bfloat16, [0xc0, 0x3f, 0x80, 0xff], [1.5, -.infinity]),
      (.float32, [0, 0, 0xc0, 0x3f], [1.5]),
      (.float64, [0, 0, 0, 0, 0, 0, 0xf8, 0x3f], [1.5]),
      // 0.1 as a double, to the nearest single.
      (.float64, [0x9a, 0x99, 0x99, 0x99, 0x99, 0x99, 0xb9, 0x3f], [0.1]),
    ]
    for (format, bytes, expected) in cases {
      #expect(bytes.withUnsafeBytes { format.decode($0) } == expected)
      var reversed: [UInt8] = []
      for start in stride(from: 0, to: bytes.count, by: format.size) {
        reversed += bytes[start..<start + format.size].reversed()
      }
      #expect(reversed.withUnsafeBytes { format.decode($0, bigEndian: true) } == expected)
      // A cut-off number is left out, and numbers need not lie at even places.
      let shifted = [0] + bytes + [7]
      let found = shifted.withUnsafeBytes {
        format.decode(UnsafeRawBufferPointer(rebasing: $0.dropFirst()))
      }
      #expect(found == expected)
    }
  }

  @Test("A safetensors file of mixed formats")
  func safetensors() throws {
    let folder = try TemporaryFolder()
    let header =
      #"{"a":{"dtype":"BF16","shape":[2],"data_offsets":[0,4]},"#
      + #""b":{"dtype":"F16","shape":[],"data_offsets":[4,6]},"#
      + #""c":{"dtype":"F64","shape":[1],"data_offsets":[6,14]},"#
      + #""n":{"dtype":"I64","shape":[],"data_offsets":[14,22]}}"#
    var bytes = withUnsafeBytes(of: UInt64(header.utf8.count).littleEndian) { Array($0) }
    bytes += Array(header.utf8) + [0x80, 0x3f, 0x20, 0xc0, 0, 0x38]
    bytes += [0, 0, 0, 0, 0, 0, 0xf8, 0x3f, 1, 0, 0, 0, 0, 0, 0, 0]
    try Data(bytes).write(to: folder("a.safetensors"))
    let file = try SafetensorsFile(folder("a.safetensors"))
    #expect(try file.read("a") == StoredTensor(name: "a", shape: [2], values: [1, -2.5]))
    #expect(try file.read("b") == StoredTensor(name: "b", shape: [], values: [0.5]))
    #expect(try file.read("c") == StoredTensor(name: "c", shape: [1], values: [1.5]))
    #expect(file.entries.map(\.format) == [.bfloat16, .float16, .float64, nil])
    #expect(throws: WarehouseError.self) { try file.read("n") }
  }
}
