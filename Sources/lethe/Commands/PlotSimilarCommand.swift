import CommandLineKit
import Query

/// `lethe plot similar`: how alike layers are.
struct PlotSimilarCommand: PlottingCommand {
  static let after = Argument<[String]>(
    "after", help: "The variants that it is compared with.", isRequired: true, completion: .models)

  static let configuration = CommandConfiguration(
    commandName: "similar",
    abstract: "Draws how alike the layers of variants are.",
    discussion: """
      The linear CKA of `lethe similar` along the layers, a line a variant. A layer that two \
      variants share is 1.
      """,
    examples: [
      Example("lethe plot similar emotion pain-b1 -o cka.svg", "One pair"),
      Example(
        "lethe plot similar emotion pain-b5 pain-b3 pain-b1 --dataset pain -o cka.svg",
        "Along the ladder, over other pictures"),
    ],
    parameters: [
      VariantPair.before, after, SimilarCommand.layers, SimilarCommand.features,
      SelectionOptions.group, PlotOptions.group,
    ])

  let values: ArgumentValues

  func plot(_ asking: Asking, _ context: Context) throws -> Plot {
    var plot = SimilarPlot(before: values[VariantPair.before], after: values[Self.after])
    plot.selection = SelectionOptions.selection(values)
    plot.features = values[SimilarCommand.features]
    plot.layers = values[SimilarCommand.layers]
    return try plot.plot(asking.session, of: asking.store)
  }
}
