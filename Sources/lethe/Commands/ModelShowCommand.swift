import CommandLineKit
import Query

/// `lethe model show`: a network, its layers or its training.
struct ModelShowCommand: AskingCommand {
  enum Aspect: String, EnumerableFlag {
    case layers
    case epochs

    var help: String {
      switch self {
      case .layers: "List its layers and what is stored of each."
      case .epochs: "List loss and accuracy, epoch by epoch."
      }
    }
  }

  static let name = Argument<String>("name", help: "The network.", completion: .models)
  static let aspect = Flag<Aspect?>(of: "aspect", help: "What to show.")

  static let configuration = CommandConfiguration(
    commandName: "show",
    abstract: "Shows what a network is, how it was trained and what is stored of it.",
    discussion: "Layers with equal prefix are one computation, stored once for all networks.",
    examples: [
      Example("lethe model show pain-b5", "What it is"),
      Example("lethe model show pain-b5 --layers", "Its layers, shapes and stored tiers"),
      Example("lethe model show pain-b5 --epochs --csv", "How its training went"),
    ],
    parameters: [name, aspect, OutputOptions.group])

  let values: ArgumentValues

  func answer(_ session: ReadOnlySession) throws -> Answer {
    switch values[Self.aspect] {
    case .layers: try session.layers(of: values[Self.name])
    case .epochs: try session.epochs(of: values[Self.name])
    case nil: try session.modelSheet(values[Self.name])
    }
  }
}
