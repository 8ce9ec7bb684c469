import CommandLineKit
import Ingest
import Jobs
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
  ) { (1...Rung.mostRepetitions).contains($0) ? nil : "is not between 1 and 1000" }
  static let initial = Option<String?>(
    "init", value: "NAME|FILE",
    help: "The network that emotion starts from: one of lethe model list, or a file, which is added"
      + " first. Its architecture and input are taken, too.", completion: .models)
  static let emotionEpochs = epochs("epochs-emotion", "emotion", 20)
  static let painEpochs = epochs("epochs-pain", "the pain rungs", 6)
  static let headEpochs = epochs("epochs-head", "the heads on frozen features", 12)

  static let prepare = Flag(
    "prepare", help: "Store the inputs of both data sets, and train nothing yet.")
  static let only = Option<String?>(
    "only", value: "VARIANT",
    help: "Train one variant alone, for example pain-b3.s2: beside others, in a folder of its own,"
      + " and take it in when it is done.")
  static let dryRun = Flag("dry-run", help: "With --slurm: print the scripts, submit nothing.")

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
      On several machines: --slurm writes jobs that train the rungs as soon as their parents are \
      there; by hand, --prepare once, then --only for each variant, any number at a time. The \
      models are those of one machine, bit for bit.
      """,
    examples: [
      Example("lethe ladder", "On the data sets emotion and pain"),
      Example("lethe ladder --seeds 5 --width 0.5", "Five repetitions of a wider network"),
      Example("lethe ladder --init imagenet-vgg16", "From weights that lethe model add brought in"),
      Example("lethe ladder --init vgg16.pth", "From a file, which becomes the model vgg16"),
      Example("lethe ladder --slurm --seeds 5 --threads 16", "On a cluster, sixteen cores a task"),
    ],
    parameters: [
      emotion, pain, initial, repetitions, emotionEpochs, painEpochs, headEpochs,
      WritingOptions.seed, WritingOptions.threads, NumericsOption.numerics,
      ArchitectureOptions.group,
      OptionGroup(
        "Several machines",
        [
          SlurmOptions.slurm, dryRun, SlurmOptions.sbatch, prepare, only, ShardOptions.folder,
        ]),
      OutputOptions.listGroup,
    ])

  let values: ArgumentValues

  func validate() throws {
    try SlurmOptions.validate(values, [("dry-run", values[Self.dryRun])])
    let ways = [values[SlurmOptions.slurm], values[Self.prepare], values[Self.only] != nil]
    guard ways.count(where: { $0 }) <= 1 else {
      throw ValidationError("--slurm, --prepare and --only exclude each other")
    }
    if values[ShardOptions.folder] != nil, !ways[0], !ways[2] {
      throw ValidationError("--shards belongs to --only and --slurm")
    }
  }

  func run(_ console: Console) throws {
    let context = Context(values: values, console: console)
    if values[SlurmOptions.slurm] {
      let frame = try SlurmJob.Frame(context)
      return try SlurmJob(ladder: values, frame).run(frame, context, isDry: values[Self.dryRun])
    }
    if let variant = values[Self.only] { return try train(variant, context) }
    if values[Self.prepare] {
      return try context.writingWhenFree("the inputs of a ladder") { store in
        try Ladder(try begin(store, context), store: store, monitor: context.monitor()).prepare()
      }
    }
    let trained = try context.writing("training a ladder") { store in
      try Ladder(try begin(store, context), store: store, monitor: context.monitor()).run()
    }
    context.note(
      trained.isEmpty
        ? "every rung is there already" : "trained \(trained.count) variants; next: lethe ingest")
  }

  /// The options, when the network that emotion starts from is there.
  private func begin(_ store: Store, _ context: Context) throws -> LadderOptions {
    var options = options
    if let initial = values[Self.initial] {
      let start = try StartingNetwork(initial, store: store)
      for note in start.notes { context.note(note) }
      options.initial = start.name
    }
    return options
  }

  private func train(_ variant: String, _ context: Context) throws {
    let isNew = try LadderTask(
      variant, of: options, warehouse: context.warehouse, shards: ShardOptions.folder(values),
      monitor: context.monitor()
    ).run()
    context.note(isNew ? "trained \(variant)" : "\(variant) is there already")
  }

  private var options: LadderOptions {
    var options = LadderOptions(
      emotionDataset: values[Self.emotion], painDataset: values[Self.pain],
      architecture: ArchitectureOptions.value(values), initial: values[Self.initial],
      seed: UInt64(values[WritingOptions.seed]),
      repetitions: values[Self.repetitions], threads: values[WritingOptions.threads])
    options.numerics = values[NumericsOption.numerics]
    options.emotion.epochs = values[Self.emotionEpochs]
    options.pain.epochs = values[Self.painEpochs]
    options.head.epochs = values[Self.headEpochs]
    return options
  }

  private static func epochs(_ name: String, _ what: String, _ standard: Int) -> Option<Int> {
    Option(name, value: "N", help: "Epochs of \(what).", default: standard) {
      (1...100_000).contains($0) ? nil : "is not between 1 and 100000"
    }
  }
}
