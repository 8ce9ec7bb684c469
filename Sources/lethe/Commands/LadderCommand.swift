import CommandLineKit
import Ingest
import Warehouse

/// `lethe ladder`: trains every rung.
struct LadderCommand: ParsableCommand {
  static let emotion = Option<String>(
    "dataset-emotion", value: "D", help: "The data set with emotion labels.", default: "emotion",
    completion: .datasets)
  static let pain = Option<String>(
    "dataset-pain", value: "D", help: "The data set with pain labels.", default: "pain",
    completion: .datasets)
  static let repetitions = Option<Int>(
    "seeds", value: "K", help: "Train the ladder K times; the k-th is named NAME.sK.", default: 1
  ) { (1...1000).contains($0) ? nil : "is not between 1 and 1000" }
  static let initial = Option<String?>(
    "init", value: "NAME|FILE",
    help: "The network that emotion starts from: one of lethe model list, or a file, which is added"
      + " first. Its architecture and input are taken, too.", completion: .models)
  static let emotionEpochs = epochs("epochs-emotion", "emotion", 20)
  static let painEpochs = epochs("epochs-pain", "the pain rungs", 6)
  static let headEpochs = epochs("epochs-head", "the heads on frozen features", 12)

  static let configuration = CommandConfiguration(
    commandName: "ladder",
    abstract: "Trains the ladder of variants: emotion, pain-fc … pain-b1, emotion-after-pain-….",
    discussion: """
      emotion is trained on 8 emotions; pain-fc, pain-b5 … pain-b1 start from it with a new head \
      and move the dense layers and the convolutions from block 5, 4, … 1 on; \
      emotion-after-pain-X puts a new emotion head on the frozen features of pain-X. Rungs that \
      are there already are left alone, and a ladder that was stopped goes on from its last epoch.
      A FILE of --init becomes a model that is named like it, with the preprocessing that such \
      files mostly had: add it with lethe model add if it had another.
      """,
    examples: [
      Example("lethe ladder", "On the data sets emotion and pain"),
      Example("lethe ladder --seeds 5 --width 0.5", "Five repetitions of a wider network"),
      Example("lethe ladder --init imagenet-vgg16", "From weights that lethe model add brought in"),
      Example("lethe ladder --init vgg16.pth", "From a file, which becomes the model vgg16"),
    ],
    parameters: [
      emotion, pain, initial, repetitions, emotionEpochs, painEpochs, headEpochs,
      WritingOptions.seed, WritingOptions.threads, NumericsOption.numerics,
      ArchitectureOptions.group,
    ])

  let values: ArgumentValues

  func run(_ console: Console) throws {
    let context = Context(values: values, console: console)
    var options = LadderOptions(
      emotionDataset: values[Self.emotion], painDataset: values[Self.pain],
      architecture: ArchitectureOptions.value(values), initial: values[Self.initial],
      seed: UInt64(values[WritingOptions.seed]),
      repetitions: values[Self.repetitions], threads: values[WritingOptions.threads])
    options.numerics = values[NumericsOption.numerics]
    options.emotion.epochs = values[Self.emotionEpochs]
    options.pain.epochs = values[Self.painEpochs]
    options.head.epochs = values[Self.headEpochs]
    let trained = try context.writing("training a ladder") { store in
      if let initial = values[Self.initial] {
        let start = try StartingNetwork(initial, store: store)
        for note in start.notes { context.note(note) }
        options.initial = start.name
      }
      return try Ladder(options, store: store, monitor: context.monitor()).run()
    }
    context.note(
      trained.isEmpty
        ? "every rung is there already" : "trained \(trained.count) variants; next: lethe ingest")
  }

  private static func epochs(_ name: String, _ what: String, _ standard: Int) -> Option<Int> {
    Option(name, value: "N", help: "Epochs of \(what).", default: standard) {
      (1...100_000).contains($0) ? nil : "is not between 1 and 100000"
    }
  }
}
