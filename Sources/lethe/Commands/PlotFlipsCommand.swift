import CommandLineKit
import Query

/// `lethe plot flips`: forgotten and gained along a ladder.
struct PlotFlipsCommand: PlottingCommand {
  static let after = Argument<[String]>(
    "after", help: "The variants after; none: all of the same task.", completion: .models)

  static let configuration = CommandConfiguration(
    commandName: "flips",
    abstract: "Draws what each variant forgot and gained since one.",
    discussion: """
      The rates of `lethe flips` from one variant to each of the others, in the order in which they \
      were added, with the 95% interval of what was forgotten and the level that independent errors \
      would give.
      """,
    examples: [
      Example("lethe plot flips emotion -o flips.svg", "Along the ladder"),
      Example(
        "lethe plot flips emotion emotion-after-pain-fc emotion-after-pain-b1 -o flips.png",
        "Two variants, in pixels"),
    ],
    parameters: [
      VariantPair.before, after, RandomOptions.seed, RandomOptions.resamples,
      SelectionOptions.group, PlotOptions.group,
    ])

  let values: ArgumentValues

  func plot(_ asking: Asking, _ context: Context) throws -> Plot {
    var plot = FlipsPlot(before: values[VariantPair.before])
    plot.after = values[Self.after]
    plot.selection = SelectionOptions.selection(values)
    plot.seed = values[RandomOptions.seed]
    plot.resamples = values[RandomOptions.resamples]
    return try plot.plot(asking.session)
  }
}
