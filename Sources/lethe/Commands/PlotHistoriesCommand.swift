import CommandLineKit
import Query

/// `lethe plot histories`: how training went.
struct PlotHistoriesCommand: PlottingCommand {
  static let configuration = CommandConfiguration(
    commandName: "histories",
    abstract: "Draws loss and accuracy of each epoch of training.",
    discussion: """
      The view `epochs`, training dashed and validation whole, a part a task. A network that is \
      still in training is shown as far as it is.
      """,
    examples: [
      Example("lethe plot histories -o histories.svg", "Every network"),
      Example("lethe plot histories emotion pain-b1 -o histories.png", "Two of them"),
    ],
    parameters: [ScoreCommand.models, PlotOptions.group])

  let values: ArgumentValues

  func plot(_ asking: Asking, _ context: Context) throws -> Plot {
    try HistoriesPlot(models: values[ScoreCommand.models]).plot(asking.session)
  }
}
