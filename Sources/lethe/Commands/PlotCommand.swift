import CommandLineKit

/// `lethe plot`: answers as pictures.
struct PlotCommand: CommandFolder {
  static let configuration = CommandConfiguration(
    commandName: "plot",
    abstract: "Draws answers as SVG or PNG.",
    discussion: """
      Each kind draws the rows of the asking command that it names; colours are told apart by \
      colour-blind people. An SVG holds real text and its own style sheet, with values as tooltips.
      """,
    examples: [
      Example("lethe plot flips emotion -o flips.svg", "What each variant forgot of emotion"),
      Example("lethe plot flips emotion -o flips.png --scale 3", "The same in pixels, for a slide"),
    ],
    subcommands: Commands.plot)

  init(values: ArgumentValues) {}
}
