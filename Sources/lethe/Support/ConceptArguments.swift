import CommandLineKit
import Foundation
import Query

/// Which concepts a command is about.
enum ConceptArguments {
  static let units = Option<[String]>(
    "au", value: "A,…", help: "The action units (12,25); none, or all: every one with masks.",
    check: { isUnit($0) ? nil : "is no number of an action unit" })
  static let layers = Option<[String]>(
    "layer", value: "L,…", help: "The layers; none, or all: every layer of which bits are stored.",
    completion: .layers)
  static let models = Option<[String]>(
    "model", value: "M,…", help: "The variants; none, or all: all of them.", completion: .models)
  static let split = Option<SplitChoice?>(
    "split", help: "The part to evaluate on; if not given: test, else val.")

  static let loss = Option<ConceptLoss>(
    "loss", help: "What is minimised: to its minimum, or as the published code does.",
    default: .weightedBCE)
  static let alignCorners = Option<Bool>(
    "align-corners", help: "Whether interpolation to the grid aligns the corners.", default: true)
  static let quantile = Option<Double?>(
    "quantile", value: "Q", help: "The quantile that bits must have been stored with."
  ) { $0 > 0 && $0 < 1 ? nil : "is not between 0 and 1" }
  static let lambda = Option<Double>(
    "lambda", value: "X", help: "The weight of the squared-weights penalty.", default: 1e-4
  ) { $0 < 0 ? "is below 0" : nil }
  static let grid = Option<Int?>(
    "grid", value: "N", help: "Rows of the mask grid; if not given: half those of the input."
  ) { $0 > 0 ? nil : "is not above 0" }
  static let seed = Option<UInt64>(
    "seed", value: "N", help: "Of the controls and of the published optimiser.", default: 1)

  /// What concepts of a request are.
  static let selection: [any ParameterConvertible] = [units, layers, models]
  static let samples = OptionGroup("Samples", [SelectionOptions.dataset, split])
  static let fitting = OptionGroup(
    "Fit", [loss, lambda, alignCorners, quantile, grid, seed, WritingOptions.threads])

  /// What the options say.
  static func request(_ values: ArgumentValues, units: [String]? = nil) -> ConceptRequest {
    var request = chosen(values, units: units ?? values[Self.units])
    request.threads = values[WritingOptions.threads]
    request.settings.loss = values[loss]
    request.settings.alignCorners = values[alignCorners]
    request.settings.lambda = values[lambda]
    request.settings.grid = values[grid]
    request.settings.quantile = values[quantile]
    request.settings.seed = values[seed]
    return request
  }

  /// What the options of a command that fits nothing say.
  static func chosen(_ values: ArgumentValues, units: [String]) -> ConceptRequest {
    var request = ConceptRequest()
    request.models = named(values[models])
    request.layers = named(values[layers])
    request.units = self.units(of: units)
    request.dataset = values[SelectionOptions.dataset]
    request.split = values[split]
    return request
  }

  /// Whether a word names an action unit: `12`, `AU12` or `all`.
  @Sendable static func isUnit(_ word: String) -> Bool { word == "all" || number(word) != nil }

  /// The action units that words name; none for `all`.
  static func units(of words: [String]) -> [Int] { named(words).compactMap(number) }

  private static func number(_ word: String) -> Int? {
    let digits = word.lowercased().hasPrefix("au") ? String(word.dropFirst(2)) : word
    return Int(digits).flatMap { (1...99).contains($0) ? $0 : nil }
  }

  /// The names that a list gives; none for `all`.
  static func named(_ words: [String]) -> [String] { words.contains("all") ? [] : words }
}

extension Context {
  /// A bar for concepts that are computed, and what draws it.
  func conceptProgress() -> (bar: ConceptBar, report: ReadOnlySession.ConceptProgress) {
    let bar = ConceptBar(context: self)
    return (bar, { bar.show($0, of: $1, layer: $2) })
  }
}
