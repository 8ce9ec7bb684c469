public import CommandLineKit
public import Query

extension ProbeQuestion.Features: ExpressibleByArgument {}

/// `lethe probe`: what linear probes still read from the layers of two variants.
struct ProbeCommand: ParsableCommand {
  static let layers = Option<[String]>(
    "layer", value: "L,…", help: "The layers to probe; none: every layer that both have stored.",
    completion: .layers)
  static let units = Option<[Int]>(
    "au", value: "A,…", help: "The action units; none: every one that was coded.")
  static let features = Option<ProbeQuestion.Features>(
    "features",
    help: "What describes a sample: channel means, means and maxima, or whole stored maps.",
    default: .means)
  static let control = Option<String?>(
    "control", value: "MODEL",
    help:
      "Subtract the change to this variant; if not given: the retrained head alone, if there is "
      + "one.", completion: .models)
  static let margin = Option<Double>(
    "margin", value: "X", help: "The largest difference that does not matter, in AUC.",
    default: 0.05
  ) { $0 > 0 && $0 < 1 ? nil : "is not between 0 and 1" }

  static let configuration = CommandConfiguration(
    commandName: "probe",
    abstract: "Tells what layers still encode: kept, hidden or lost.",
    discussion: """
      A row for each layer and each class or action unit: the area under the ROC curve of a linear \
      probe before and after, its difference with a 95% interval by bootstrap over subjects, p by \
      swaps of whole subjects, and the verdict. Kept: the interval lies inside ±margin. Hidden: \
      kept, while the head errs more often. Lost: wholly below −margin. Gained: wholly above. \
      Beside: the same within true labels (within_…), probes of permuted labels (permuted_…), the \
      head's own share of right answers (head_…), and the change minus that of a retrained head \
      (minus_control). Probes are logistic regressions with an L2 penalty, learnt from the train \
      split; the penalty is chosen by cross-validation over its subjects.
      """,
    examples: [
      Example(
        "lethe probe emotion emotion-after-pain-b1", "What every layer kept, hid or lost"),
      Example(
        "lethe probe emotion pain-b1 --layer conv5_3,fc7 --au 6,12 --csv -o probes.csv",
        "Two layers and two action units"),
      Example(
        "lethe probe emotion pain-b1 --layer pool5 --features maps",
        "With positions, where maps are stored"),
    ],
    parameters: VariantPair.parameters + asked + [OutputOptions.group])

  /// What probes are asked by, in the table of every command that asks them.
  static let asked: [any ParameterConvertible] = [
    layers, units, features, control, margin, RandomOptions.group, SelectionOptions.group,
  ]

  let values: ArgumentValues

  func run(_ console: Console) throws {
    try Asking.answer(values, on: console) { asking in
      try asking.session.probes(Self.question(values), of: asking.store)
    }
  }

  /// The question of `asked` between two variants.
  static func question(_ values: ArgumentValues) -> ProbeQuestion {
    var question = ProbeQuestion(
      before: values[VariantPair.before], after: values[VariantPair.after])
    question.selection = SelectionOptions.selection(values)
    question.layers = values[Self.layers]
    question.actionUnits = values[Self.units]
    question.features = values[Self.features]
    question.control = values[Self.control]
    question.margin = values[Self.margin]
    question.seed = values[RandomOptions.seed]
    question.resamples = values[RandomOptions.resamples]
    question.permutations = values[RandomOptions.permutations]
    return question
  }
}
