import CommandLineKit
import Foundation
import Ingest
import Warehouse

/// `lethe model add`: brings in a network of another framework.
struct ModelAddCommand: ParsableCommand {
  static let name = Argument<String>("name", help: "What the network is called from now on.")
  static let task = Option<String>(
    required: "task", value: "T", help: "What it predicts: emotion, pain or another task.")
  static let parent = Option<String?>(
    "parent", value: "NAME",
    help: "The network that its training started from; what they share is found.",
    completion: .models)
  static let classes = Option<[String]>(
    "classes", value: "A,…", help: "The classes in the order of the outputs.")
  static let layersFrom = Option<String>(
    required: "layers-from", value: "FILE",
    help: "The activations of a network that Lethe cannot run.", completion: .file())
  static let logits = Option<String>(
    "logits", value: "NAME", help: "With --layers-from: the layer before the softmax.",
    default: "logits")
  static let replace = Flag("replace", help: "Put it in the place of a network of that name.")

  static let configuration = CommandConfiguration(
    commandName: "add",
    abstract: "Brings in a network of another framework, with its preprocessing and classes.",
    discussion: """
      The network is made from the activations that another program computed of it, an array a \
      layer; lethe ingest --from-activations brings them in. Classes come from --classes, or the \
      task's labels if their number fits; other spellings, such as happy, are understood. The \
      preprocessing says where masks and landmarks lie in its inputs. A picture without the \
      landmarks or the face box that --crop or --align asks for gives its largest centred square.
      """,
    examples: [
      Example(
        "lethe model add mine --layers-from layers.h5 --task emotion --input-size 224",
        "A network that Lethe cannot run")
    ],
    parameters: [
      name, task, parent, classes, layersFrom, logits, replace,
      PreprocessingOptions.group,
    ])

  let values: ArgumentValues

  func validate() throws {
    if values[PreprocessingOptions.inputSize] == nil {
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
    return try ActivationModel(
      name: values[Self.name], task: values[Self.task], parent: values[Self.parent],
      classes: classes, inputSize: values[PreprocessingOptions.inputSize] ?? 0,
      preprocessing: request, logits: values[Self.logits], isReplacing: values[Self.replace]
    ).add(layersFrom: URL(filePath: values[Self.layersFrom]), to: store)
  }

  private static func text(_ summary: ModelSummary) -> String {
    let what = [summary.architecture, summary.format].compactMap { $0 }.joined(separator: ", ")
    var lines = ["\(summary.name): \(what)"]
    func line(_ key: String, _ value: String?) {
      if let value { lines.append("  " + key.padding(to: 15) + value) }
    }
    line("input", summary.input)
    line("layers", "\(summary.layers.count): " + shortened(summary.layers))
    line("parameters", summary.parameters.map { "\($0)" })
    line("classes", "\(summary.classes.count): " + summary.classes.joined(separator: ", "))
    line("preprocessing", summary.preprocessing)
    if let shared = summary.shared {
      line("shares", shortened(shared.layers) + " with \(shared.parent)")
    }
    return lines.joined(separator: "\n") + "\n"
  }

  /// The names, or the first and the last of many.
  private static func shortened(_ names: [String]) -> String {
    guard names.count > 6, let last = names.last else { return names.joined(separator: ", ") }
    return names.prefix(3).joined(separator: ", ") + " … " + last
  }
}
