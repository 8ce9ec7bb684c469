import Compute
import Foundation
import Testing

@testable import Ingest

@Suite("hostile ONNX files on disk") struct HostileONNXFileTests {
  private func problem(_ location: String, _ place: [String: String] = [:], in folder: URL)
    -> String
  {
    let bytes = ONNXModelBytes.model(
      ONNXModelBytes.head("x"),
      tensors: [
        ONNXModelBytes.external(
          "w", dims: [3, 2], place.merging(["location": location]) { old, _ in old })
      ])
    do {
      _ = try ONNXFile.read(bytes, name: "m.onnx", folder: folder)
      return "none"
    } catch {
      return "\(error)"
    }
  }

  @Test("external data stays in the model's folder and within its file")
  func external() throws {
    let outer = try TemporaryFolder()
    try outer.write(Array(repeating: 0, count: 24), to: "outside.bin")
    try outer.write(Array(repeating: 0, count: 24), to: "model/inside.bin")
    try outer.write(Array(repeating: 0, count: 24), to: "model-2/near.bin")
    let folder = outer.url.appendingPathComponent("model")
    let files = FileManager.default
    try files.createSymbolicLink(
      atPath: folder.appendingPathComponent("link.bin").path, withDestinationPath: "../outside.bin")
    try files.createSymbolicLink(
      atPath: folder.appendingPathComponent("away").path, withDestinationPath: outer.url.path)
    try files.createSymbolicLink(
      atPath: folder.appendingPathComponent("home.bin").path, withDestinationPath: "inside.bin")
    #expect(problem("inside.bin", in: folder) == "none")
    #expect(problem("./inside.bin", ["offset": "0", "length": "24"], in: folder) == "none")
    #expect(problem("home.bin", in: folder) == "none")
    for location in [
      "../outside.bin", "../../etc/passwd", "/etc/passwd", "../model-2/near.bin", "", "missing.bin",
      "a\0b",
    ] {
      #expect(problem(location, in: folder).contains("not there or not beside"), "\(location)")
    }
    for location in ["link.bin", "away/outside.bin"] {
      #expect(problem(location, in: folder).contains("leads out of the model's folder"))
    }
    #expect(problem(".", in: folder).contains("folder"))
    for place in [["offset": "1"], ["offset": "\(Int.max)"], ["offset": "24"]] {
      #expect(problem("inside.bin", place, in: folder).contains("which has only 24 bytes"))
    }
    #expect(problem("inside.bin", ["length": "20"], in: folder).contains("needs 24"))
    for text in ["-1", "x", "99999999999999999999"] {
      #expect(problem("inside.bin", ["offset": text], in: folder).contains("impossible offset"))
    }
  }

  @Test(
    "a fixture that is cut or changed gives a network or one error", arguments: ONNXFixtures.names)
  func mutations(name: String) throws {
    let whole = [UInt8](try Data(contentsOf: ONNXFixtures.url(name)))
    let folder = ONNXFixtures.url(name).deletingLastPathComponent()
    var random = RandomStream(seed: 11, RandomStream.key(name))
    var errors = 0
    for round in 0..<400 {
      var bytes = whole
      if round < 100 {
        bytes.removeLast(Int(random.next() % UInt64(whole.count)))
      } else {
        for _ in 0...random.next() % 4 {
          bytes[Int(random.next() % UInt64(bytes.count))] = UInt8(truncatingIfNeeded: random.next())
        }
      }
      do {
        _ = try ONNXFile.read(Data(bytes), name: "mutated", folder: folder)
      } catch {
        #expect(error is IngestError)
        errors += 1
      }
    }
    #expect(errors >= 100)
  }
}
