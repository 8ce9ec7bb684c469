import CommandLineKit
import Query
import Warehouse

/// `lethe relevance`: what of the pictures spoke for a class.
struct RelevanceCommand: CommandFolder {
  static let configuration = CommandConfiguration(
    commandName: "relevance",
    abstract: "Explains answers by layer-wise relevance propagation.",
    examples: [
      Example(
        "lethe relevance run --model emotion,emotion-after-pain-b1", "Explain, and keep the maps"),
      Example("lethe relevance compare emotion emotion-after-pain-b1", "Where it went"),
    ],
    subcommands: Commands.relevance)

  let values: ArgumentValues
}

/// How relevance is propagated, and of what.
enum MethodOptions {
  static let composite = Option<String>(
    "composite", value: "NAME",
    help: "The rules: \(RelevanceQuestion.composites.joined(separator: ", ")).",
    default: RelevanceQuestion.composites[0], completion: .list(RelevanceQuestion.composites))
  static let bias = Option<String>(
    "bias", value: "keep|zero", help: "Whether biases take their part of the relevance.",
    default: "keep", completion: .list(["keep", "zero"])
  ) { ["keep", "zero"].contains($0) ? nil : "is neither keep nor zero" }
  static let target = Option<String>(
    "target", value: "TARGET",
    help:
      "What is explained: true (the label), predicted, a class, or CLASS-CLASS (what speaks for "
      + "the one against the other).", default: "true")

  static let group = OptionGroup("Method", [composite, bias, target])

  /// What the options say.
  static func method(_ values: ArgumentValues) -> RelevanceMethod {
    RelevanceMethod(
      composite: values[composite], bias: values[bias], target: values[target])
  }
}
