public import CommandLineKit
public import Query

extension SimilarityQuestion.Features: ExpressibleByArgument {}

/// `lethe similar`: how alike the layers of two variants describe the same samples.
struct SimilarCommand: ParsableCommand {
  static let layers = Option<[String]>(
    "layer", value: "L,…", help: "The layers to compare; none: every layer that both have.",
    completion: .layers)
  static let features = Option<SimilarityQuestion.Features>(
    "features", help: "What describes a sample: channel means, or whole stored maps.",
    default: .means)
  static let matrix = Flag(
    "matrix", help: "Compare every layer before with every layer after.")

  static let configuration = CommandConfiguration(
    commandName: "similar",
    abstract: "Measures how alike the layers of two variants are.",
    discussion: """
      A row a layer: unbiased linear CKA (1: the same up to rotation and scale; near 0: nothing in \
      common) and Procrustes distance (0: the same up to rotation and scale; at most 2), over \
      stored activations. The variants may answer different tasks, and the samples need no labels. \
      A layer whose frozen prefix both share is equal in both. Memory does not grow with the \
      number of samples. Empty: undefined, since features do not vary, are not finite, or there \
      are fewer than four samples.
      """,
    examples: [
      Example("lethe similar emotion pain-b1", "Where the full fine-tune moved the network"),
      Example(
        "lethe similar emotion pain-b3 --layer conv5_3,fc6,fc7 --dataset pain --split all",
        "Three layers, over other pictures"),
      Example("lethe similar emotion pain-b1 --matrix --csv -o cka.csv", "Layer by layer"),
      Example(
        "lethe similar emotion pain-b1 --layer pool5 --features maps",
        "With positions, where maps are stored"),
    ],
    parameters: VariantPair.parameters + [
      layers, features, matrix, SelectionOptions.group, OutputOptions.group,
    ])

  let values: ArgumentValues

  func run(_ console: Console) throws {
    var question = SimilarityQuestion(
      before: values[VariantPair.before], after: values[VariantPair.after])
    question.selection = SelectionOptions.selection(values)
    question.layers = values[Self.layers]
    question.features = values[Self.features]
    question.isMatrix = values[Self.matrix]
    try Asking.answer(values, on: console) { asking in
      try asking.session.similarity(question, of: asking.store)
    }
  }
}
