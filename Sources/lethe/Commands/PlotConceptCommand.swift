import CommandLineKit
import Query

/// `lethe plot concept`: what layers still encode of action units.
struct PlotConceptCommand: PlottingCommand {
  static let configuration = CommandConfiguration(
    commandName: "concept",
    abstract: "Draws the change of every action unit's concept in every layer.",
    discussion: """
      The changes of `lethe concept compare` as colours, a map a measure: red for losses, a dot \
      for p < 0.05 after Holm, a frame for what is forgotten. Concepts that are not kept \
      are fitted; `lethe concept fit` keeps them.
      """,
    examples: [
      Example(
        "lethe plot concept emotion pain-b1 --measure presence_auc -o concept.svg", "One map"),
      Example(
        "lethe plot concept emotion pain-b1 --layer conv4_3,conv5_3 --au 6,12,25 -o concept.png",
        "Some layers and action units"),
    ],
    parameters: VariantPair.parameters + ConceptCompareCommand.asked + [PlotOptions.group])

  let values: ArgumentValues

  func plot(_ asking: Asking, _ context: Context) throws -> Plot {
    let (bar, report) = context.conceptProgress()
    defer { bar.finish() }
    return try ConceptPlot(ConceptCompareCommand.question(values))
      .plot(asking.session, of: asking.store, progress: report)
  }
}
