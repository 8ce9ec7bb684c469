public import CommandLineKit
public import Query

extension ClassesPlot.Style: ExpressibleByArgument {}

/// `lethe plot classes`: how well variants know each class.
struct PlotClassesCommand: PlottingCommand {
  static let style = Option<ClassesPlot.Style?>(
    "as", help: "How; if not given: dots up to three variants, else colours.")

  static let configuration = CommandConfiguration(
    commandName: "classes",
    abstract: "Draws how well variants recognise each class.",
    discussion: """
      The recall of `lethe score --by class`: a coloured cell a variant and class, or dots with \
      their 95% intervals. Tasks stand below each other.
      """,
    examples: [
      Example("lethe plot classes -o classes.svg", "Every variant"),
      Example(
        "lethe plot classes emotion emotion-after-pain-b1 -o classes.png",
        "Two variants, with intervals"),
    ],
    parameters: [
      ScoreCommand.models, style, RandomOptions.seed, RandomOptions.resamples,
      SelectionOptions.group, PlotOptions.group,
    ])

  let values: ArgumentValues

  func plot(_ asking: Asking, _ context: Context) throws -> Plot {
    var question = ScoreQuestion(models: values[ScoreCommand.models])
    question.selection = SelectionOptions.selection(values)
    question.seed = values[RandomOptions.seed]
    question.resamples = values[RandomOptions.resamples]
    var plot = ClassesPlot(question)
    plot.style = values[Self.style]
    return try plot.plot(asking.session)
  }
}
