import Foundation
import SQLite
import Testing

@testable import Warehouse

@Suite("Models and their weights")
struct ModelTests {
  private func weightFiles(_ folder: TemporaryFolder) throws -> [String] {
    try FileManager.default.contentsOfDirectory(atPath: folder("w/models").path).sorted()
  }

  @Test("A model comes back as it was stored, its weights by their digest")
  func roundTrip() throws {
    let folder = try TemporaryFolder()
    let store = try Example.store(in: folder)
    var record = Example.model("pain-b1.s2", task: "pain", classes: ["no_pain", "pain"])
    record.parent = "emotion"
    record.rung = "pain-b1"
    record.trainableFrom = "conv1"
    record.seed = 7
    record.training = #"{"epochs":3}"#
    let id = try store.saveModel(record, tensors: Example.tensors)
    let stored = try store.model(named: "pain-b1.s2")
    #expect(stored.id == id)
    #expect(stored.record == record)
    #expect(stored.file == "models/\(stored.sha256).safetensors")
    #expect(try weightFiles(folder) == ["\(stored.sha256).safetensors"])
    let tensors = try store.tensors(of: stored)
    #expect(tensors == Example.tensors.sorted { $0.name < $1.name })
    #expect(
      try store.catalogue.rows("SELECT layer, ordinal, channels, prefix, stored FROM layers")
        == [[.text("conv1"), .integer(0), .integer(3), .text(Example.key), .null]])
    #expect(
      failure { _ = try store.model(named: "pain-b2.s2") }
        == "pain-b2.s2: there is no model of that name; did you mean pain-b1.s2?")
  }

  @Test("The same model twice is one; another of its name must be meant to replace it")
  func conflicts() throws {
    let folder = try TemporaryFolder()
    let store = try Example.store(in: folder)
    let faces = try Example.addFaces(to: store)
    let id = try store.saveModel(Example.model("a"), tensors: Example.tensors)
    #expect(try store.saveModel(Example.model("a"), tensors: Example.tensors.reversed()) == id)
    // Another name shares the file.
    try store.saveModel(Example.model("b"), tensors: Example.tensors)
    #expect(try weightFiles(folder).count == 1)
    try Example.addPooled(
      to: store, dataset: faces,
      commit: { _ in
        try store.insertPredictions(
          (1...10).map { PredictionRow(sample: $0, probabilities: [0.5, 0.5]) }, model: id,
          classes: ["anger", "happiness"])
      })
    var other = Example.tensors
    other[0].values[0] = 9
    #expect(cause { try store.saveModel(Example.model("a"), tensors: other) } == .conflict)
    #expect(try weightFiles(folder).count == 1)
    var described = Example.model("a")
    described.classes.reverse()
    #expect(cause { try store.saveModel(described, tensors: Example.tensors) } == .conflict)
    #expect(try weightFiles(folder).count == 1)
    let replaced = try store.saveModel(Example.model("a"), tensors: other, replacing: true)
    #expect(try store.model(named: "a").id == replaced)
    #expect(try store.catalogue.value("SELECT count(*) FROM predictions").int == 0)
    // b still names the first file.
    #expect(try weightFiles(folder).count == 2)
    try store.removeModel(named: "b")
    #expect(try weightFiles(folder).count == 1)
    #expect(try store.models().map(\.record.name) == ["a"])
    #expect(try store.tensors(of: store.models()[0])[1].values[0] == 9)
  }

  @Test("Names that would not do in lists, files or commands are refused")
  func names() throws {
    let folder = try TemporaryFolder()
    let store = try Example.store(in: folder)
    for name in [
      "", "all", ".x", "-x", "a/b", "a,b", "ü", "a b", String(repeating: "a", count: 101),
    ] {
      #expect(
        cause { try store.saveModel(Example.model(name), tensors: Example.tensors) } == .invalid,
        "\(name)")
      #expect(cause { try Example.addFaces(to: store, name: name) } == .invalid, "\(name)")
    }
    #expect(try weightFiles(folder).isEmpty)
  }

  @Test("Tensors that contradict themselves are refused and leave no file")
  func badTensors() throws {
    let folder = try TemporaryFolder()
    let store = try Example.store(in: folder)
    let bad = [
      [StoredTensor(name: "a", shape: [2], values: [1])],
      [StoredTensor(name: "a", shape: [-1], values: [])],
      [StoredTensor(name: "a", shape: [Int.max, 2], values: [])],
      [
        StoredTensor(name: "a", shape: [], values: [1]),
        StoredTensor(name: "a", shape: [0], values: []),
      ],
      [StoredTensor(name: "__metadata__", shape: [], values: [1])],
    ]
    for tensors in bad {
      #expect(cause { try store.saveModel(Example.model("m"), tensors: tensors) } == .invalid)
    }
    #expect(try weightFiles(folder).isEmpty)
    #expect(try store.models().isEmpty)
  }

  @Test("The weights file is canonical safetensors, byte for byte")
  func canonical() throws {
    let folder = try TemporaryFolder()
    let url = folder("a.safetensors")
    try SafetensorsWriter.write(
      [
        StoredTensor(name: "b", shape: [2], values: [1, -2]),
        StoredTensor(name: "a\"", shape: [], values: [0.5]),
        StoredTensor(name: "c", shape: [0, 3], values: []),
      ], to: url)
    let bytes = [UInt8](try Data(contentsOf: url))
    let header =
      #"{"__metadata__":{"format":"pt"},"a\"":{"dtype":"F32","shape":[],"data_offsets":[0,4]},"#
      + #""b":{"dtype":"F32","shape":[2],"data_offsets":[4,12]},"#
      + #""c":{"dtype":"F32","shape":[0,3],"data_offsets":[12,12]}}"#
    let length = (header.utf8.count + 7) / 8 * 8
    #expect(Array(bytes[0..<8]) == [UInt8(length % 256), UInt8(length / 256), 0, 0, 0, 0, 0, 0])
    let text = String(decoding: bytes[8..<8 + length], as: UTF8.self)
    #expect(text == header + String(repeating: " ", count: length - header.utf8.count))
    #expect(Array(bytes[(8 + length)...]) == [0, 0, 0, 0x3f, 0, 0, 0x80, 0x3f, 0, 0, 0, 0xc0])
  }

  private func write(_ header: String, data: Int, to url: URL) throws {
    var bytes = withUnsafeBytes(of: UInt64(header.utf8.count).littleEndian) { Array($0) }
    bytes += Array(header.utf8) + [UInt8](repeating: 0, count: data)
    try Data(bytes).write(to: url)
  }

  @Test("Hostile headers are refused, each with its reason")
  func hostile() throws {
    let folder = try TemporaryFolder()
    let url = folder("a.safetensors")
    func entry(_ shape: String, _ offsets: String, _ type: String = "F32") -> String {
      #"{"dtype":"\#(type)","shape":\#(shape),"data_offsets":\#(offsets)}"#
    }
    let cases: [(String, Int)] = [
      ("[]", 0), ("{", 0), ("", 0), ("{}", 4), (#"{"a":3}"#, 4), (#"{"a":{}}"#, 4),
      ("{\"a\":\(entry("[1]", "[0,4]"))}", 3), ("{\"a\":\(entry("[2]", "[0,4]"))}", 4),
      ("{\"a\":\(entry("[-1]", "[0,4]"))}", 4), ("{\"a\":\(entry("[1]", "[4,0]"))}", 4),
      ("{\"a\":\(entry("[1]", "[-4,0]"))}", 4), ("{\"a\":\(entry("[1]", "[0]"))}", 4),
      ("{\"a\":\(entry("[1.5]", "[0,6]"))}", 6), ("{\"a\":\(entry("[1]", "[0,4]", "F31"))}", 4),
      ("{\"a\":\(entry("[4611686018427387904,4]", "[0,0]"))}", 0),
      ("{\"a\":\(entry("[1]", "[0,9223372036854775808]"))}", 4),
      ("{\"a\":\(entry("[1]", "[0,4]")),\"b\":\(entry("[1]", "[0,4]"))}", 4),
      ("{\"a\":\(entry("[1]", "[0,4]")),\"b\":\(entry("[1]", "[8,12]"))}", 12),
      (String(repeating: "[", count: 100_000), 0),
      (String(repeating: #"{"a":"#, count: 100_000), 0),
    ]
    for (header, data) in cases {
      try write(header, data: data, to: url)
      #expect(cause { _ = try SafetensorsFile(url) } == .damaged, "\(header.prefix(80))")
    }
    for length: UInt64 in [.max, 1 << 63, 100_000_001, 3] {
      try withUnsafeBytes(of: length.littleEndian) { Data($0) + Data([0x7b, 0x7d]) }.write(to: url)
      #expect(cause { _ = try SafetensorsFile(url) } == .damaged, "\(length)")
    }
    try Data([1, 2]).write(to: url)
    #expect(cause { _ = try SafetensorsFile(url) } == .damaged)
    #expect(cause { _ = try SafetensorsFile(folder("none")) } == .missing)
    try write("{\"a\":\(entry("[2]", "[0,4]", "I16"))}", data: 4, to: url)
    #expect(cause { _ = try SafetensorsFile(url).read("a") } == .invalid)
    #expect(cause { _ = try SafetensorsFile(url).read("b") } == .unknownName)
  }

  @Test("Random damage to a weights file never crashes, and what is read has its size")
  func mutations() throws {
    let folder = try TemporaryFolder()
    let url = folder("a.safetensors")
    try SafetensorsWriter.write(Example.tensors, to: url)
    let original = [UInt8](try Data(contentsOf: url))
    let alphabet = Array("{}[]\",:0123456789-.eFE_ \0\u{7f}".utf8)
    // A fixed sequence (Numerical Recipes' linear congruential generator).
    var state: UInt32 = 1
    func next(_ bound: Int) -> Int {
      state = state &* 1_664_525 &+ 1_013_904_223
      return Int(state >> 8) % bound
    }
    var refused = 0
    for _ in 0..<3000 {
      var bytes = original
      for _ in 0...next(3) { bytes[next(bytes.count)] = alphabet[next(alphabet.count)] }
      if next(10) == 0 { bytes.removeLast(next(bytes.count)) }
      try Data(bytes).write(to: url)
      do {
        let file = try SafetensorsFile(url)
        for entry in file.entries where entry.type == "F32" {
          let tensor = try file.read(entry.name)
          #expect(tensor.values.count == tensor.shape.reduce(1, *))
        }
      } catch is WarehouseError {
        refused += 1
      }
    }
    #expect(refused > 1000)
  }
}
