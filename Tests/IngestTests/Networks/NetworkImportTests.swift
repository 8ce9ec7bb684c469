import Compute
import Foundation
import Testing
import Warehouse

@testable import Ingest

@Suite("Networks from elsewhere") struct NetworkImportTests {
  private let small: SmallWarehouse
  private let store: Store

  init() throws {
    small = try SmallWarehouse(samples: 12)
    store = try small.open()
  }

  /// The weights of `base` as a file, some of them changed.
  private func file(
    _ name: String, change: (inout Parameters) -> Void = { _ in }
  ) throws -> URL {
    let base = try store.model(named: "base")
    var parameters = try store.parameters(of: base)
    change(&parameters)
    let scratch = "scratch-\(name)"
    try store.save(
      NetworkDescription(
        name: scratch, task: "emotion", graph: try Variant(base).graph, classes: Labels.emotions,
        preprocessing: .builtIn(size: 32)), parameters: parameters)
    let url = small.folder.url.appending(path: "\(name).safetensors")
    try store.exportWeights(of: store.model(named: scratch), metadata: [:], to: url)
    try store.removeModel(named: scratch)
    return url
  }

  private func add(
    _ name: String, _ file: URL, parent: String? = nil, classes: [String]? = nil,
    task: String = "emotion"
  ) throws -> ModelSummary {
    try NetworkImport(
      name: name, task: task, parent: parent, classes: classes, inputSize: 32
    ).add(file, to: store)
  }

  @Test("what was exported comes back: the same logits, classes of the task, what was assumed")
  func back() throws {
    let summary = try add("again", file("weights"))
    #expect(summary.format == "safetensors, weights")
    #expect(summary.input == "3×32×32")
    #expect(summary.layers.count == 21 && summary.layers.last == "logits")
    #expect(summary.classes == Labels.emotions)
    #expect(summary.notes.contains { $0.contains("vgg16") })
    #expect(summary.notes.contains { $0.contains("imagenet-torch is assumed") })
    #expect(summary.preprocessing.contains("0.485 0.456 0.406"))
    let input = Activation(
      samples: 2, shape: Shape(channels: 3, height: 32, width: 32),
      values: (0..<2 * 3 * 32 * 32).map { Float($0 * 7919 % 1000) / 500 - 1 })
    func logits(_ name: String) throws -> [Float] {
      let model = try store.model(named: name)
      return try ForwardPass(
        graph: Variant(model).graph, parameters: store.parameters(of: model)
      ).output(input).values
    }
    for (found, wanted) in zip(try logits("again"), try logits("base")) {
      #expect(abs(found - wanted) <= 1e-5)
    }
  }

  @Test("what a network shares with its parent is found from the weights, and computed once")
  func shared() throws {
    _ = try add("first", file("first"))
    let changed = try file("second") { parameters in
      parameters["fc6.weight"]?.values[5] += 0.5
    }
    let summary = try add("second", changed, parent: "first")
    #expect(summary.shared?.parent == "first")
    #expect(summary.shared?.layers.first == "conv1_1")
    #expect(summary.shared?.layers.last == "pool5")
    #expect(summary.shared?.layers.count == 18)
    let record = try store.model(named: "second").record
    #expect(record.parent == "first" && record.trainableFrom == "fc6")
    let prefixes = try ["first", "second"].map {
      try store.model(named: $0).record.layers.map(\.prefix)
    }
    #expect(prefixes[0].prefix(18) == prefixes[1].prefix(18))
    #expect(zip(prefixes[0], prefixes[1]).suffix(3).allSatisfy { $0 != $1 })
    // A copy moved nothing; another first layer shares nothing.
    #expect(try add("copy", file("copy"), parent: "first").shared?.layers.count == 21)
    #expect(try store.model(named: "copy").record.trainableFrom == nil)
    let other = try file("other") { $0["conv1_1.bias"]?.values[0] += 1 }
    #expect(try add("other", other, parent: "first").shared == nil)
    #expect(try store.model(named: "other").record.trainableFrom == "conv1_1")
  }

  @Test("files, parents and numbers that cannot be used are refused, and nothing is stored")
  func refused() throws {
    let before = try store.models().map(\.record.name)
    let text = try small.folder.write("no network at all, just words", to: "text.bin")
    #expect(throws: (any Error).self) { try add("x", text) }
    #expect(throws: (any Error).self) { try add("x", small.folder.url.appending(path: "gone")) }
    let weights = try file("weights")
    #expect(throws: WarehouseError.self) { try add("x", weights, parent: "nobody") }
    let damaged = try file("damaged") { $0["conv3_1.weight"]?.values[7] = .nan }
    let error = #expect(throws: IngestError.self) { try add("x", damaged) }
    #expect(error?.problem.contains("conv3_1.weight") == true)
    let few = #expect(throws: IngestError.self) {
      try add("x", weights, classes: ["happy", "sad"])
    }
    #expect(few?.problem.contains("8 outputs") == true)
    let pain = #expect(throws: IngestError.self) { try add("x", weights, task: "pain") }
    #expect(pain?.problem.contains("the task pain has 2") == true)
    #expect(throws: WarehouseError.self) { try add("base", weights) }
    #expect(try store.models().map(\.record.name) == before)
  }

  @Test("classes: aliases, the file's own, tasks without known labels, outputs beside the emotions")
  func classes() throws {
    func resolve(
      _ given: [String]?, file: [String]? = nil, task: String = "emotion", _ outputs: Int
    ) throws -> [String] {
      try ClassNames.resolve(
        given: given, inFile: file, task: task, outputs: outputs, in: store
      ).classes
    }
    #expect(
      try resolve(["Happy", "sad", "Angry", "contempt"], 4) == [
        "happiness", "sadness", "anger", "contempt",
      ])
    #expect(try resolve(nil, file: ["surprised", "afraid"], 2) == ["surprise", "fear"])
    #expect(try resolve(nil, 8) == Labels.emotions)
    // Names of a file that are no labels do not stand in the way of the task's.
    #expect(try resolve(nil, file: (0..<8).map { "class \($0)" }, 8) == Labels.emotions)
    #expect(try resolve(["happy", "unknown"], 2) == ["happiness", "unknown"])
    #expect(try resolve(["Left", "right"], task: "side", 2) == ["left", "right"])
    #expect(try resolve(nil, task: "pain", 2) == ["no_pain", "pain"])
    for (given, task) in [
      (["happy", "happiness"], "emotion"), (["happy", "hapy"], "emotion"), (["a", "A"], "side"),
      (["happy"], "emotion"),
    ] {
      #expect(throws: IngestError.self) { try resolve(given, task: task, 2) }
    }
    #expect(throws: IngestError.self) { try resolve(nil, task: "side", 2) }
  }

  @Test("what a user says of the preprocessing, and what is assumed")
  func preprocessing() throws {
    var request = PreprocessingRequest()
    request.mean = [0.5]
    request.deviation = [0.25]
    let own = try request.preprocessing(size: 32, channels: 3, assuming: .unit)
    #expect(own.0 == .builtIn(size: 32))
    #expect(own.notes.count == 1 && own.notes[0].contains("divided by 255"))
    request.mean = [93, 104, 129]
    request.order = .bgr
    let raw = try request.preprocessing(size: 32, channels: 3, assuming: .unit).0.normalisation
    #expect(raw.divisor == 1 && raw.mean == [93, 104, 129] && raw.order == .bgr)
    // A preset's numbers belong to the colours, wherever these stand.
    var turned = PreprocessingRequest()
    (turned.preset, turned.order) = (.imagenetTorch, .bgr)
    let numbers = try turned.preprocessing(size: 32, channels: 3, assuming: .unit).0.normalisation
    #expect(numbers.mean == [0.406, 0.456, 0.485] && numbers.order == .bgr)
    let grey = try PreprocessingRequest().preprocessing(size: 48, channels: 1, assuming: .unit)
    #expect(grey.0.normalisation.channels == 1 && grey.0.normalisation.order == .grey)
    var cut = PreprocessingRequest()
    cut.resize = 40
    #expect(
      try cut.preprocessing(size: 32, channels: 3, assuming: .unit).0.geometry.fit == .shorterSide)
    for change in [
      { $0.mean = [1, 2] }, { $0.deviation = [0] }, { $0.divisor = -1 }, { $0.margin = 0.1 },
      {
        $0.preset = .unit
        $0.mean = [1]
      },
      {
        $0.crop = .faceBox
        $0.align = .eyes
      },
    ] as [(inout PreprocessingRequest) -> Void] {
      var wrong = PreprocessingRequest()
      change(&wrong)
      #expect(throws: IngestError.self) {
        try wrong.preprocessing(size: 32, channels: 3, assuming: .unit)
      }
    }
    for channels in [2, 4] {
      #expect(throws: IngestError.self) {
        try PreprocessingRequest().preprocessing(size: 32, channels: channels, assuming: .unit)
      }
    }
    var colour = PreprocessingRequest()
    colour.order = .rgb
    #expect(throws: IngestError.self) {
      try colour.preprocessing(size: 32, channels: 1, assuming: .unit)
    }
  }

  @Test("an export is whole, replaces a file, and refuses folders and networks without weights")
  func export() throws {
    let url = small.folder.url.appending(path: "out.safetensors")
    try Data([1, 2, 3]).write(to: url)
    try ModelExport.write("base", as: .safetensors, to: url, from: store)
    let written = try SafetensorsFile(url)
    #expect(written.metadata["task"] == "emotion")
    #expect(try written.read("conv1_1.weight").shape == [4, 3, 3, 3])
    let summary = try add("again", url)
    #expect(summary.layers.count == 21)
    #expect(throws: IngestError.self) {
      try ModelExport.write("base", as: .safetensors, to: small.folder.url, from: store)
    }
    #expect(throws: (any Error).self) {
      try ModelExport.write(
        "base", as: .onnx, to: small.folder.url.appending(path: "no/such/place"), from: store)
    }
    let onnx = small.folder.url.appending(path: "out.onnx")
    try ModelExport.write("base", as: .onnx, to: onnx, from: store)
    #expect(
      try NetworkImport(name: "round", task: "emotion").add(onnx, to: store).classes
        == Labels.emotions)
  }
}
