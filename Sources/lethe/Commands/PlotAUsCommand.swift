import CommandLineKit
import Query

/// `lethe plot aus`: the action units that forgotten samples share.
struct PlotAUsCommand: PlottingCommand {
  static let configuration = CommandConfiguration(
    commandName: "aus",
    abstract: "Draws the action units of forgotten against retained samples.",
    discussion: """
      The common odds ratios of `lethe aus` with their 95% intervals on a logarithmic axis, beside \
      the numbers. Filled signs are significant after Holm.
      """,
    examples: [
      Example("lethe plot aus emotion emotion-after-pain-b1 -o aus.svg", "After the full fine-tune")
    ],
    parameters: VariantPair.parameters + [
      AUsCommand.minimum, SelectionOptions.group, PlotOptions.group,
    ])

  let values: ArgumentValues

  func plot(_ asking: Asking, _ context: Context) throws -> Plot {
    var question = AUQuestion(before: values[VariantPair.before], after: values[VariantPair.after])
    question.selection = SelectionOptions.selection(values)
    question.minimumIntensity = values[AUsCommand.minimum]
    return try AUsPlot(question).plot(asking.session)
  }
}
