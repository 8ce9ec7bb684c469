import Foundation
import Testing
import Warehouse

@Suite("Networks and activations from elsewhere, by the binary")
struct ModelTests {
  private let place: Workdir

  init() throws {
    place = try Workdir()
    let faces = try place.lethe([
      "faces", "faces", "--people", "4", "--per-person", "8", "--size", "32", "--seed", "3",
      "--set", "emotion", "--layout", "csv",
    ])
    try #require(faces.code == 0, "\(faces)")
    let added = try place.lethe(["dataset", "add", "emotion", "faces"])
    try #require(added.code == 0, "\(added)")
  }

  private var paths: [String] {
    get throws {
      try place.lethe(["sql", "SELECT path FROM samples ORDER BY sample_id", "--csv"]).lines
        .dropFirst().map(String.init)
    }
  }

  /// A safetensors file of float32 arrays whose values follow from their place.
  private func activations(
    _ name: String, samples: Int, arrays: [(name: String, shape: [Int])], nanAt: Int? = nil
  ) throws {
    var data = Data()
    var entries = [#""__metadata__":{"layers":"\#(arrays.map(\.name).joined(separator: ","))"}"#]
    for array in arrays {
      let start = data.count
      let count = samples * array.shape.reduce(1, *)
      for index in 0..<count {
        let value = index == nanAt ? Float.nan : Float((index * 7919) % 1000) / 100
        withUnsafeBytes(of: value.bitPattern.littleEndian) { data.append(contentsOf: $0) }
      }
      let shape = ([samples] + array.shape).map(String.init).joined(separator: ",")
      entries.append(
        #""\#(array.name)":{"dtype":"F32","shape":[\#(shape)],"#
          + #""data_offsets":[\#(start),\#(data.count)]}"#)
    }
    let header = Data("{\(entries.joined(separator: ","))}".utf8)
    let length = withUnsafeBytes(of: UInt64(header.count).littleEndian) { Data($0) }
    try (length + header + data).write(to: place.folder.appending(path: name))
  }

  @Test("activations of another program answer questions, and what needs the network says so")
  func activations() throws {
    let paths = try paths
    try #require(paths.count == 32)
    let arrays = [(name: "block.0", shape: [3, 4, 4]), ("logits", [8])]
    try activations("a.safetensors", samples: 32, arrays: arrays)
    try paths.joined(separator: "\n").write(
      to: place.folder.appending(path: "paths.txt"), atomically: true, encoding: .utf8)
    let add = [
      "model", "add", "mine", "--layers-from", "a.safetensors", "--task", "emotion",
      "--input-size", "16", "--preprocess", "signed",
    ]
    let added = try place.lethe(add)
    #expect(added.code == 0, "\(added)")
    #expect(added.output.contains("2: block.0, logits"), "\(added)")
    #expect(added.output.contains("RGB / 127.5 − (1.0 1.0 1.0)"), "\(added)")
    #expect(added.error.contains("order of the classes is assumed"), "\(added)")

    let ingest = [
      "ingest", "--from-activations", "a.safetensors", "--model", "mine", "--dataset", "emotion",
      "--paths", "paths.txt",
    ]
    let brought = try place.lethe(ingest)
    #expect(brought.code == 0, "\(brought)")
    #expect(brought.error.contains("2 layers of 32 samples"), "\(brought)")
    #expect(try place.lethe(ingest).error.contains("everything is there already"))
    let score = try place.lethe(["score", "mine", "--split", "train", "--csv"])
    #expect(score.code == 0 && score.output.contains("mine"), "\(score)")
    let layers = try place.lethe(["model", "show", "mine", "--layers", "--csv"])
    #expect(layers.output.contains("block.0,maps,3,4,4"), "\(layers)")
    #expect(layers.output.contains("bits,pooled"), "\(layers)")
    #expect(try place.lethe(["verify"]).code == 0)

    for command in [
      ["ingest", "--model", "mine"], ["relevance", "run", "--model", "mine"],
      ["model", "check", "mine", "faces/\(paths[0])"],
      ["train", "child", "--parent", "mine", "--task", "emotion", "--dataset", "emotion"],
    ] {
      let run = try place.lethe(command)
      #expect(run.code == 1, "\(run)")
      let told = run.error.split(separator: "\n").filter { $0.contains("`mine`") }
      #expect(told.count == 1 && told[0].contains("another program"), "\(run)")
    }
  }

  @Test("bad activations end in one error")
  func badActivations() throws {
    try activations("a.safetensors", samples: 32, arrays: [("logits", [8])], nanAt: 100)
    try paths.joined(separator: "\n").write(
      to: place.folder.appending(path: "paths.txt"), atomically: true, encoding: .utf8)
    let add = ["model", "add", "mine", "--layers-from", "a.safetensors", "--task", "emotion"]
    let size = ["--input-size", "16"]
    let added = try place.lethe(add + size)
    #expect(added.code == 0, "\(added)")
    let ingest = ["ingest", "--from-activations", "a.safetensors", "--model", "mine"]
    let all = ["--dataset", "emotion", "--paths", "paths.txt"]
    let failures: [(arguments: [String], code: Int32, text: String)] = [
      (add, 2, "--input-size"),
      (ingest, 2, "name them"),
      (["ingest", "--paths", "paths.txt"], 2, "belong to --from-activations"),
      (ingest + ["--dataset", "emotion"], 1, "which picture"),
      (ingest + all, 1, "`logits` of \(try paths[12])"),
      (add + size + ["--classes", "happy,sad"], 1, "8 outputs"),
      (
        add + size + ["--replace", "--classes", "0,1,2,3,4,5,6,happiness"], 1, "“happiness” twice"
      ),
      (add + size + ["--classes", "a,b,c,d,e,f,g,h"], 1, "no class of the task emotion"),
      (add + size + ["--parent", "nobody"], 2, "nobody"),
      (add + size + ["--mean", "1,2", "--std", "1"], 1, "2 numbers for 3 channels"),
      (add + size + ["--preprocess", "unit", "--mean", "1"], 1, "leave out --mean"),
      (add + size + ["--crop", "face-box", "--align", "eyes"], 1, "alignment"),
      (add + size + ["--preprocess", "signd"], 2, "signed"),
      (["model", "add", "x", "--layers-from", "paths.txt", "--task", "t"] + size, 1, "neither"),
    ]
    for failure in failures {
      let run = try place.lethe(failure.arguments)
      #expect(run.code == failure.code, "\(run)")
      #expect(run.error.contains(failure.text), "\(run)")
    }
  }
}
