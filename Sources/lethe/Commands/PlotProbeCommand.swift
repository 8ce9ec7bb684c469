public import CommandLineKit
public import Query

extension ProbePlot.Style: ExpressibleByArgument {}

/// `lethe plot probe`: what linear probes read from layers.
struct PlotProbeCommand: PlottingCommand {
  static let style = Option<ProbePlot.Style?>(
    "as", help: "How; if not given: curves up to twelve targets, else colours.")

  static let configuration = CommandConfiguration(
    commandName: "probe",
    abstract: "Draws what linear probes read from each layer.",
    discussion: """
      The areas of `lethe probe` along the layers, before and after, a chart a class or action \
      unit; or their changes as colours: red for losses, a dot for p < 0.05 after Holm, a \
      frame for what is lost.
      """,
    examples: [
      Example("lethe plot probe emotion emotion-after-pain-b1 -o probes.svg", "Everything"),
      Example(
        "lethe plot probe emotion pain-b1 --au 4,6,12 --as curves -o probes.png",
        "Three action units, layer by layer"),
    ],
    parameters: VariantPair.parameters + ProbeCommand.asked + [style, PlotOptions.group])

  let values: ArgumentValues

  func plot(_ asking: Asking, _ context: Context) throws -> Plot {
    var plot = ProbePlot(ProbeCommand.question(values))
    plot.style = values[Self.style]
    return try plot.plot(asking.session, of: asking.store)
  }
}
