import Compute
import Foundation
import SQLite
import Synchronization
import Testing
import Warehouse

@testable import Ingest

@Suite("Training of ladders") struct LadderTests {
  private func options(repetitions: Int = 1) -> LadderOptions {
    LadderOptions(
      emotionDataset: "noise", painDataset: "noise",
      architecture: VGGArchitecture(inputSize: 32, width: 1.0 / 16, denseWidth: 16),
      emotion: TrainingRecipe(epochs: 2, batchSize: 16, learningRate: 1e-3),
      pain: TrainingRecipe(epochs: 1, batchSize: 16, learningRate: 1e-3),
      head: TrainingRecipe(epochs: 2, batchSize: 16, learningRate: 1e-3), seed: 3,
      repetitions: repetitions, threads: 2)
  }

  @Test("thirteen rungs, frozen prefixes bit for bit the parent's, a second run does nothing")
  func rungs() throws {
    let small = try SmallWarehouse(models: false)
    let store = try small.open()
    #expect(try Ladder(options(), store: store).run() == Rung.all.map(\.name))
    #expect(try Ladder(options(), store: store).run() == [])
    let emotion = try Variant(store.model(named: "emotion"))
    for rung in Rung.all where rung.parent == "emotion" {
      let model = try store.model(named: rung.name)
      let variant = try Variant(model)
      #expect(model.record.parent == "emotion" && variant.classes == Labels.pain)
      let first = try #require(variant.ordinal(of: rung.trainableFrom))
      for ordinal in variant.layers.indices {
        let isShared = variant.layers[ordinal].key == emotion.layers[ordinal].key
        #expect(isShared == (ordinal < first), "\(rung.name) \(variant.layers[ordinal].name)")
      }
    }
    // Put back on the features of pain-fc, the head is the control: its convolutions are emotion's.
    let control = try Variant(store.model(named: "emotion-after-pain-fc"))
    #expect(control.layers[17].key == emotion.layers[17].key)
    #expect(control.layers[18].key != emotion.layers[18].key)
    #expect(
      try store.catalogue.value(
        "SELECT count(*) FROM epochs WHERE model = 'emotion' AND split = 'val'") == .integer(2))
    let ingest = try ActivationIngest(store: store, options: IngestOptions())
    let estimates = try ingest.estimates(measuresSpeed: false)
    #expect(estimates.map(\.model) == Rung.all.map(\.name))
    let shared = estimates.first { $0.model == "pain-b3" }
    #expect(shared?.startsAfter == "pool2" && shared?.sharedWith == "emotion")
  }

  @Test("a ladder starts from a given network, if that has the layers of the rungs")
  func initial() throws {
    let small = try SmallWarehouse()
    let store = try small.open()
    var options = options()
    options.initial = "base"
    let said = Messages()
    let monitor = Monitor(
      message: { said.add($0) },
      isCancelled: { said.all.contains { $0.hasPrefix("pain-fc: epoch 1") } })
    #expect(throws: CancellationError.self) {
      try Ladder(options, store: store, monitor: monitor).run()
    }
    let emotion = try store.model(named: "emotion")
    #expect(emotion.record.parent == "base" && emotion.record.trainableFrom == "conv1_1")
    let graph = try Graph(
      input: Shape(channels: 3, height: 32, width: 32),
      nodes: [
        Node("flat", .flatten, inputs: [Graph.inputName]),
        Node("logits", .dense(outputs: 8), inputs: ["flat"], isLayer: true),
      ])
    try store.save(
      NetworkDescription(
        name: "linear", task: "emotion", graph: graph, classes: Labels.emotions,
        preprocessing: .builtIn(size: 32)), parameters: graph.initialParameters(seed: 1))
    options.initial = "linear"
    let error = #expect(throws: IngestError.self) { try Ladder(options, store: store).run() }
    #expect(error?.problem.contains("conv1_1") == true)
    options.initial = "nobody"
    #expect(throws: WarehouseError.self) { try Ladder(options, store: store).run() }
  }

  @Test("stopped at any epoch and resumed, the weights are those of an uninterrupted run")
  func resumed() throws {
    let whole = try SmallWarehouse(models: false)
    let wholeStore = try whole.open()
    try Ladder(options(), store: wholeStore).run()
    let broken = try SmallWarehouse(models: false)
    for stopAfter in [3, 9, 30, 77] {
      let store = try broken.open()
      let count = Mutex(0)
      let monitor = Monitor(isCancelled: {
        count.withLock {
          $0 += 1
          return $0 > stopAfter
        }
      })
      #expect(throws: CancellationError.self) {
        try Ladder(options(), store: store, monitor: monitor).run()
      }
      try store.close()
    }
    let store = try broken.open()
    try Ladder(options(), store: store).run()
    #expect(try store.models().map(\.sha256) == wholeStore.models().map(\.sha256))
    let epochs = "SELECT * FROM epochs ORDER BY model, epoch, split"
    #expect(try store.catalogue.rows(epochs) == wholeStore.catalogue.rows(epochs))
  }

  @Test("repetitions differ and are named after their number")
  func repetitions() throws {
    let small = try SmallWarehouse(models: false)
    let store = try small.open()
    let names = try Ladder(options(repetitions: 2), store: store).run()
    #expect(names.count == 26 && names.suffix(13).allSatisfy { $0.hasSuffix(".s2") })
    #expect(
      try store.model(named: "emotion").sha256 != store.model(named: "emotion.s2").sha256)
  }

  @Test("a model of the same name that was trained otherwise is not overwritten")
  func otherwise() throws {
    let small = try SmallWarehouse(models: false)
    let store = try small.open()
    var request = TrainingRequest(
      name: "mine", task: "pain", dataset: "noise",
      architecture: VGGArchitecture(inputSize: 32, width: 1.0 / 16, denseWidth: 16),
      recipe: TrainingRecipe(epochs: 1, learningRate: 1e-3), seed: 1, threads: 1)
    #expect(try TrainingRun(request, store: store).run())
    request.seed = 2
    #expect(throws: IngestError.self) { try TrainingRun(request, store: store).run() }
    request.seed = 1
    #expect(try !TrainingRun(request, store: store).run())
    // Another split of the same data set is another thing to learn from.
    _ = try DatasetImport.run(
      path: small.folder.url.appendingPathComponent("pictures").path, as: "noise",
      options: DatasetImportOptions(seed: 9, isReplacing: true), into: store)
    #expect(throws: IngestError.self) { try TrainingRun(request, store: store).run() }
    request.name = "other"
    request.task = "sex"
    #expect(throws: IngestError.self) { try TrainingRun(request, store: store).run() }
  }

  @Test("a class with a single train sample is refused by its name")
  func singleSample() throws {
    let small = try SmallWarehouse(models: false)
    let store = try small.open()
    try store.catalogue.run(
      """
      DELETE FROM label WHERE label = 'fear' AND sample NOT IN (
        SELECT l.sample FROM label l JOIN sample s ON s.id = l.sample
        WHERE l.label = 'fear' AND s.split = 'train' LIMIT 1)
      """)
    let error = #expect(throws: IngestError.self) { try Ladder(options(), store: store).run() }
    #expect(error?.problem.contains("“fear”") == true)
    #expect(try store.models().isEmpty)
  }
}
