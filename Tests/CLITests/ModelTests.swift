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

  @Test("a network that is refused leaves no warehouse behind")
  func refusedFirst() throws {
    let run = try place.bash("echo none > a.onnx; lethe -w new/w model add mine a.onnx; ls new")
    #expect(run.output.isEmpty && run.error.contains("a.onnx"), "\(run)")
  }

  private static let networks = URL(filePath: #filePath).deletingLastPathComponent()
    .deletingLastPathComponent().appending(path: "Fixtures/networks").path

  @Test(
    "networks of other frameworks come in by their files alone",
    arguments: [
      "vgg_tiny.pth", "vgg_tiny_checkpoint.pth", "vgg_tiny_dataparallel.pth",
      "vgg_tiny_legacy.pth", "vgg_tiny.safetensors", "vgg_tiny_bf16.safetensors",
      "onnx/vgg_small.onnx",
    ])
  func networks(file: String) throws {
    let added = try place.lethe(["model", "add", "mine", "\(Self.networks)/\(file)"])
    #expect(added.code == 0, "\(added)")
    #expect(added.output.contains("21: conv1_1, conv1_2, pool1 … logits"), "\(added)")
    #expect(added.output.contains("8: neutral, happiness"), "\(added)")
    #expect(added.error.contains("imagenet-torch is assumed"), "\(added)")
    let shown = try place.lethe(["model", "show", "mine", "--csv"])
    #expect(
      shown.output.contains("input,\"picture stretched to 32×32 (bilinear, antialiased)\""),
      "\(shown)")
    #expect(shown.output.contains("normalisation,\"RGB / 255.0 − (0.485"), "\(shown)")
    let check = try place.lethe([
      "model", "check", "mine", try paths[0], "--dataset", "emotion", "--top", "3", "-o",
      "seen.png",
    ])
    #expect(check.code == 0, "\(check)")
    #expect(check.output.contains("with the channels the other way round"), "\(check)")
    // Two tables with header and rule: 3 classes, 21 layers; a line in between.
    #expect(check.lines.count == 5 + 1 + 23, "\(check)")
    let png = try Data(contentsOf: place.folder.appending(path: "seen.png"))
    #expect(png.starts(with: [0x89, 0x50, 0x4e, 0x47]))
  }

  @Test("a family: what is shared is told, run once, exported and read again")
  func family() throws {
    let file = "\(Self.networks)/vgg_tiny.pth"
    let parent = ["model", "add", "parent", file, "--preprocess", "unit"]
    #expect(try place.lethe(parent).code == 0)
    // The same once more is no conflict; another description is, until it is to replace.
    #expect(try place.lethe(parent).code == 0)
    let other = ["model", "add", "parent", file, "--preprocess", "signed"]
    #expect(try place.lethe(other).code == 1)
    #expect(try place.lethe(other + ["--replace"]).code == 0)
    let child = try place.lethe([
      "model", "add", "child", file, "--parent", "parent", "--preprocess", "signed",
    ])
    #expect(child.code == 0, "\(child)")
    #expect(
      child.output.contains("shares         conv1_1, conv1_2, pool1 … logits with parent"),
      "\(child)")
    for (format, name) in [
      ("--safetensors", "out.safetensors"), ("--onnx", "out.onnx"), ("--keras", "out.keras"),
      ("--keras", "out.h5"),
    ] {
      let out = try place.lethe(["model", "export", "parent", format, "-o", name])
      #expect(out.code == 0, "\(out)")
      let again = try place.lethe([
        "model", "add", "again", name, "--replace", "--parent", "parent", "--preprocess", "signed",
      ])
      #expect(again.code == 0, "\(again)")
      // Keras pads by itself, so its values are not the same computation.
      guard format != "--keras" else { continue }
      // Weights alone do not tell dropout, which stands before fc7.
      let last = format == "--safetensors" ? "fc6" : "logits"
      #expect(again.output.contains("… \(last) with parent"), "\(again)")
    }
    #expect(try place.lethe(["ingest", "--model", "parent,child"]).code == 0)
    #expect(try place.lethe(["flips", "parent", "child", "--csv"]).code == 0)
    #expect(try place.lethe(["verify"]).code == 0)
  }

  @Test("bad networks and options end in one error")
  func badNetworks() throws {
    let file = "\(Self.networks)/vgg_tiny.pth"
    let graph = "\(Self.networks)/keras3_vgg.h5"
    let failures: [(arguments: [String], code: Int32, text: String)] = [
      (["model", "add", "x"], 2, "--layers-from"),
      (["model", "add", "x", "gone.pth"], 1, "there is no file"),
      (["model", "add", "x", "faces"], 1, "is a folder"),
      (["model", "add", "x", "/dev/null"], 1, "is empty"),
      (["model", "add", "x", graph, "--arch", "vgg16"], 1, "leave out --arch"),
      (["model", "add", "x", "faces/labels.csv"], 1, "labels.csv"),
      (["model", "add", "x", file, "--task", "pain"], 1, "8 outputs"),
      (["model", "add", "x", file, "--parent", "nobody"], 2, "nobody"),
      (["model", "add", "x", file, "--arch", "alexnet"], 1, "vgg16"),
      (["model", "add", "x", file, "--resize", "16"], 1, "shorter side"),
      (["model", "add", "x/y", file], 1, "x/y"),
      (["model", "check", "nobody", "a.png"], 2, "nobody"),
      (["model", "export", "nobody", "--onnx", "-o", "a"], 2, "nobody"),
      (["model", "export", "nobody", "-o", "a"], 2, "--onnx"),
    ]
    for failure in failures {
      let run = try place.lethe(failure.arguments)
      #expect(run.code == failure.code, "\(run)")
      #expect(run.error.contains(failure.text), "\(run)")
    }
    #expect(try place.lethe(["model", "list", "--csv"]).lines.count == 1)
  }
}
