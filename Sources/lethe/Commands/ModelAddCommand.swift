import CommandLineKit
import Foundation
import Ingest
import Warehouse

/// `lethe model add`: brings in a network of another framework.
struct ModelAddCommand: ParsableCommand {
  static let name = Argument<String>("name", help: "What the network is called from now on.")
  static let file = Argument<String?>(
    "file", help: "The network: safetensors, PyTorch, Keras or ONNX.", completion: .file())
  static let task = Option<String>(
    "task", value: "T", help: "What it predicts: emotion, pain or another task.",
    default: "emotion")
  static let architecture = Option<String?>(
    "arch", value: "NAME",
    help: "The architecture of weights without a graph, such as vgg16, vgg16-bn or resnet50; else "
      + "told from names and shapes.")
  static let parent = Option<String?>(
    "parent", value: "NAME",
    help: "The network that its training started from; what they share is found.",
    completion: .models)
  static let classes = Option<[String]>(
    "classes", value: "A,…", help: "The classes in the order of the outputs.")
  static let layersFrom = Option<String?>(
    "layers-from", value: "FILE",
    help: "Instead of a network: the activations of one that Lethe cannot run, a safetensors or "
      + "HDF5 file.",
    completion: .file())
  static let logits = Option<String>(
    "logits", value: "NAME", help: "With --layers-from: the layer before the softmax.",
    default: "logits")
  static let replace = Flag("replace", help: "Put it in the place of a network of that name.")

  static let configuration = CommandConfiguration(
    commandName: "add",
    abstract: "Brings in a network of another framework, with its preprocessing and classes.",
    discussion: """
      The contents tell the format. Weights without a graph (safetensors, PyTorch state dicts) are \
      matched to a known architecture by their names and shapes. Classes come from --classes, the \
      file, or the task's labels if their number fits; other spellings, such as happy, are \
      understood. The preprocessing belongs to the network: a number of a channel becomes \
      (x / divisor − mean) / std. What is not said is assumed, and lethe model check shows whether \
      it was right. A picture without the landmarks or the face \
      box that --crop or --align asks for gives its largest centred square; they are counted.
      """,
    examples: [
      Example(
        "lethe model add emotion vgg.pth --task emotion --preprocess imagenet-torch",
        "PyTorch weights"),
      Example(
        "lethe model add pain pain.h5 --task pain --parent emotion --preprocess imagenet-caffe",
        "A Keras network that was fine-tuned from one that is there"),
      Example(
        "lethe model add mine net.onnx --task emotion --classes happy,sad,angry --mean 0.5 "
          + "--std 0.25 --crop landmarks --margin 0.2", "One's own classes, numbers and crop"),
    ],
    parameters: [
      name, file, task, architecture, parent, classes, layersFrom, logits, NumericsOption.numerics,
      replace,
      PreprocessingOptions.group,
    ])

  let values: ArgumentValues

  func validate() throws {
    if (values[Self.file] == nil) == (values[Self.layersFrom] == nil) {
      throw ValidationError("name a FILE with the network, or --layers-from FILE")
    }
    if values[Self.layersFrom] != nil, values[Self.architecture] != nil {
      throw ValidationError("--arch belongs to a network, not to --layers-from")
    }
    if values[Self.layersFrom] != nil, values[NumericsOption.numerics] != nil {
      throw ValidationError("--numerics belongs to a network, not to --layers-from")
    }
    if values[Self.layersFrom] != nil, values[PreprocessingOptions.inputSize] == nil {
      throw ValidationError(
        "--layers-from does not tell the input: say --input-size N, and how pictures became inputs")
    }
  }

  func run(_ console: Console) throws {
    let context = Context(values: values, console: console)
    let summary = try context.writing(create: true, "adding the network \(values[Self.name])") {
      try add(to: $0)
    }
    try console.output.write(Self.text(summary))
    for note in summary.notes { context.note(note) }
  }

  private func add(to store: Store) throws -> ModelSummary {
    let classes = values[Self.classes].isEmpty ? nil : values[Self.classes]
    let request = PreprocessingOptions.request(values)
    if let path = values[Self.layersFrom] {
      return try ActivationModel(
        name: values[Self.name], task: values[Self.task], parent: values[Self.parent],
        classes: classes, inputSize: values[PreprocessingOptions.inputSize] ?? 0,
        preprocessing: request, logits: values[Self.logits], isReplacing: values[Self.replace]
      ).add(layersFrom: URL(filePath: path), to: store)
    }
    return try NetworkImport(
      name: values[Self.name], task: values[Self.task],
      architecture: values[Self.architecture], parent: values[Self.parent], classes: classes,
      inputSize: values[PreprocessingOptions.inputSize], preprocessing: request,
      numerics: values[NumericsOption.numerics], isReplacing: values[Self.replace]
    ).add(URL(filePath: values[Self.file] ?? ""), to: store)
  }

  private static func text(_ summary: ModelSummary) -> String {
    var lines = ["\(summary.name): \(summary.format)"]
    func line(_ key: String, _ value: String?) {
      if let value { lines.append("  " + key.padding(to: 15) + value) }
    }
    line("input", summary.input)
    line("layers", "\(summary.layers.count): " + shortened(summary.layers))
    line("parameters", summary.parameters.map { "\($0)" })
    line("classes", "\(summary.classes.count): " + shortened(summary.classes, above: 20))
    line("preprocessing", summary.preprocessing)
    if let shared = summary.shared {
      line("shares", shortened(shared.layers) + " with \(shared.parent)")
    }
    return lines.joined(separator: "\n") + "\n"
  }

  /// The names, or the first and the last of many.
  private static func shortened(_ names: [String], above most: Int = 6) -> String {
    guard names.count > most, let last = names.last else { return names.joined(separator: ", ") }
    return names.prefix(3).joined(separator: ", ") + " … " + last
  }
}
