import CommandLineKit
import Ingest
import Warehouse

/// `lethe train`: trains one network.
struct TrainCommand: ParsableCommand {
  static let name = Argument<String>("name", help: "What the model is called from now on.")
  static let task = Option<String>(
    "task", value: "T", help: "The task whose labels it learns: emotion, pain, sex, ….",
    default: "emotion")
  static let dataset = Option<String>(
    "dataset", value: "D", help: "The data set that it learns from.", default: "emotion",
    completion: .datasets)
  static let parent = Option<String?>(
    "parent", value: "M", help: "Start from this model, with a new head; else from random weights.",
    completion: .models)
  static let from = Option<String?>(
    "from", value: "LAYER",
    help: "The first layer that moves; what lies before it is frozen. If not given: the first.")
  static let epochs = Option<Int>(
    "epochs", value: "N", help: "Passes over the training samples.", default: 20
  ) { (1...100_000).contains($0) ? nil : "is not between 1 and 100000" }
  static let batch = Option<Int>(
    "batch", value: "N", help: "Samples a step.", default: 16
  ) { (1...4096).contains($0) ? nil : "is not between 1 and 4096" }
  static let rate = Option<Double>(
    "learning-rate", value: "X", help: "The highest rate of the one-cycle schedule (AdamW).",
    default: 1e-3
  ) { $0 > 0 && $0 < 10 ? nil : "is not above 0 and below 10" }
  static let decay = Option<Double>(
    "weight-decay", value: "X", help: "Decoupled weight decay.", default: 0.01
  ) { $0 >= 0 && $0 < 10 ? nil : "is not at least 0 and below 10" }
  static let patience = Option<Int?>(
    "patience", value: "N", help: "Stop after N epochs without a better validation loss."
  ) { $0 > 0 ? nil : "is not above 0" }
  static let augment = Flag(
    "augment", help: "Flip, shift and brighten what convolutions train on.", inversion: .prefixedNo,
    default: true)
  static let balance = Flag(
    "balance", help: "Weigh classes by the inverse of their size.", inversion: .prefixedNo,
    default: true)

  static let configuration = CommandConfiguration(
    commandName: "train",
    abstract: "Trains one network on one task.",
    discussion: """
      Each epoch is kept as a checkpoint: a run that was stopped goes on from there and ends with \
      the same weights. The weights of the epoch with the lowest validation loss are stored. Where \
      only dense layers move, they train on stored features.
      """,
    examples: [
      Example(
        "lethe train sex-b3 --parent emotion --task sex --dataset emotion --from conv3_1",
        "A fine-tune that has nothing to do with pain, as a control"),
      Example("lethe train net --task emotion --dataset emotion --epochs 40", "A fresh network"),
    ],
    parameters: [
      name, task, dataset, parent, from, epochs, batch, rate, decay, patience, augment, balance,
      WritingOptions.seed, WritingOptions.threads, NumericsOption.numerics,
      ArchitectureOptions.group,
    ])

  let values: ArgumentValues

  func run(_ console: Console) throws {
    let context = Context(values: values, console: console)
    let request = TrainingRequest(
      name: values[Self.name], task: values[Self.task], dataset: values[Self.dataset],
      parent: values[Self.parent], trainableFrom: values[Self.from],
      architecture: ArchitectureOptions.value(values),
      recipe: TrainingRecipe(
        epochs: values[Self.epochs], batchSize: values[Self.batch],
        learningRate: values[Self.rate], weightDecay: values[Self.decay],
        patience: values[Self.patience], augments: values[Self.augment],
        balances: values[Self.balance]),
      seed: UInt64(values[WritingOptions.seed]), numerics: values[NumericsOption.numerics],
      threads: values[WritingOptions.threads])
    let isNew = try context.writing("training \(request.name)") {
      try TrainingRun(request, store: $0, monitor: context.monitor()).run()
    }
    context.note(
      isNew ? "trained \(request.name); next: lethe ingest" : "\(request.name) is there already")
  }
}
