import CommandLineKit
import Query
import Warehouse

/// Which stored array an export writes.
enum ArrayExportOptions {
  enum Tier: String, CaseIterable, ExpressibleByArgument {
    case maps
    case pooled
  }

  static let model = Option<String>(
    required: "model", value: "NAME", help: "The network whose layers or inputs are meant.",
    completion: .models)
  static let layer = Option<String?>(
    "layer", value: "NAME", help: "What a layer said.", completion: .layers)
  static let tier = Option<Tier>("tier", help: "Which form of it.", default: .maps)
  static let inputs = Flag("inputs", help: "The inputs, before they were normalised.")
  static let mask = Option<Int?>(
    "mask", value: "AU", help: "The masks of an action unit in input pixels.")
  static let relevance = Option<String?>(
    "relevance", value: "COMPOSITE",
    help: "Kept relevance by these rules, of the samples that have it.",
    completion: .list(RelevanceQuestion.composites)
  ) {
    RelevanceQuestion.composites.contains($0)
      ? nil : "is none of \(RelevanceQuestion.composites.joined(separator: ", "))"
  }
  static let ids = Option<String?>(
    "ids", value: "FILE", help: "Write the ids and paths of the samples to a CSV file.",
    completion: .file(extensions: ["csv"]))

  static let groups: [any ParameterConvertible] = [
    OptionGroup("Which array", [model, layer, tier, inputs, mask, relevance]),
    OptionGroup("Of relevance", [MethodOptions.bias, MethodOptions.target]),
    SelectionOptions.wholeGroup,
  ]

  /// What the arrays are, for the help.
  static let shapes = """
    The first axis is the samples in ascending sample_id, then come the channels. Maps are \
    de-quantised to float32 [n, C, H, W]; pooled is the mean and the maximum of each channel, \
    float32 [n, C, 2]; inputs are uint8 [n, C, H, W]; masks are uint8 [n, H, W], empty where the \
    action unit is absent; relevance is float32 [n, C, H, W] of the samples of which lethe \
    relevance run has kept it.
    """

  /// Checks that one array is named.
  static func validate(_ values: ArgumentValues) throws {
    let chosen = [
      values[layer] != nil, values[inputs], values[mask] != nil, values[relevance] != nil,
    ]
    if chosen.filter({ $0 }).count != 1 {
      throw ValidationError(
        "name one of --layer NAME, --inputs, --mask AU and --relevance COMPOSITE")
    }
  }

  /// What the options say.
  static func export(_ values: ArgumentValues) -> ArrayExport {
    var export = ArrayExport(model: values[model], content: content(values))
    export.selection = SelectionOptions.selection(values)
    return export
  }

  private static func content(_ values: ArgumentValues) -> ArrayExport.Content {
    if let layer = values[layer] {
      return values[tier] == .maps ? .maps(layer: layer) : .pooled(layer: layer)
    }
    if let composite = values[relevance] {
      return .relevance(
        .init(
          composite: composite, bias: values[MethodOptions.bias],
          target: values[MethodOptions.target]))
    }
    return values[mask].map { .mask(au: $0) } ?? .inputs
  }
}
