public import CommandLineKit
public import Query

extension CompareQuestion.Measure: ExpressibleByArgument {}

/// `lethe concept compare`: which action units a layer still encodes.
struct ConceptCompareCommand: ParsableCommand {
  static let measures = Option<[CompareQuestion.Measure]>(
    "measure", value: "M,…", help: "The measures to show and correct for; none: all.")
  static let control = Option<String?>(
    "control", value: "MODEL",
    help: "Also subtract the change to this variant; if not given: the retrained head, if there "
      + "is one.",
    completion: .models)
  static let contrast = Flag(
    "contrast", help: "Test action units of pain against those of emotion alone, by layer.")
  static let margin = Option<Double>(
    "margin", value: "X", help: "The largest change of presence_auc that does not matter.",
    default: 0.05, check: atLeastZero)
  static let iouMargin = Option<Double>(
    "margin-iou", value: "X", help: "The largest change of a set IoU that does not matter.",
    default: 0.02, check: atLeastZero)
  static let fitSeed = Option<UInt64>(
    "fit-seed", value: "N", help: "Of the controls and of the published optimiser.", default: 1)

  static let configuration = CommandConfiguration(
    commandName: "compare",
    abstract: "Compares what two variants' layers encode of action units.",
    discussion: """
      A row an action unit, layer and measure (set_iou, set_iou_all, presence_auc): the value in \
      either variant, the change with its 95% interval (bootstrap over subjects), p (whole \
      subjects change places between the networks) and p after Holm over the rows, the smallest \
      change that could have been found, and the verdict: kept, forgotten, gained or undecided, \
      by the margins. concept_verdict sums the measures up; found_before says place where the \
      layer before found the region as well without the action unit. All speak of these two \
      networks; p_recipe speaks of the recipe, from five repetitions of both on. Concepts that \
      are not kept are fitted, and not kept.
      """,
    examples: [
      Example("lethe concept compare emotion pain-b1 --layer conv5_3", "Every action unit"),
      Example(
        "lethe concept compare emotion pain-b1 --au 12,25 --measure presence_auc --md",
        "Two of them, in every layer"),
      Example(
        "lethe concept compare emotion pain-b1 --contrast", "Do pain units fare otherwise?"),
    ],
    parameters: VariantPair.parameters + asked + [contrast, OutputOptions.group])

  /// What the comparison is asked by, in the table of every command that asks it.
  static let asked: [any ParameterConvertible] = [
    ConceptArguments.units, ConceptArguments.layers, measures, control, margin, iouMargin,
    RandomOptions.group, SelectionOptions.group,
    OptionGroup(
      "Fit",
      [
        ConceptArguments.loss, ConceptArguments.lambda, ConceptArguments.alignCorners,
        ConceptArguments.quantile, ConceptArguments.grid, fitSeed, WritingOptions.threads,
      ]),
  ]

  let values: ArgumentValues

  func run(_ console: Console) throws {
    let context = Context(values: values, console: console)
    let (bar, report) = context.conceptProgress()
    var question = Self.question(values)
    question.isContrast = values[Self.contrast]
    try Asking.answer(values, on: console) { asking in
      defer { bar.finish() }
      return try asking.session.conceptComparison(question, of: asking.store, progress: report)
    }
  }

  /// The question of `asked` between two variants.
  static func question(_ values: ArgumentValues) -> CompareQuestion {
    var question = CompareQuestion(
      before: values[VariantPair.before], after: values[VariantPair.after])
    question.selection = SelectionOptions.selection(values)
    question.layers = ConceptArguments.named(values[ConceptArguments.layers])
    question.units = ConceptArguments.units(of: values[ConceptArguments.units])
    question.measures = values[Self.measures]
    question.control = values[Self.control]
    question.areaMargin = values[Self.margin]
    question.iouMargin = values[Self.iouMargin]
    question.settings.loss = values[ConceptArguments.loss]
    question.settings.lambda = values[ConceptArguments.lambda]
    question.settings.alignCorners = values[ConceptArguments.alignCorners]
    question.settings.quantile = values[ConceptArguments.quantile]
    question.settings.grid = values[ConceptArguments.grid]
    question.settings.seed = values[Self.fitSeed]
    question.threads = values[WritingOptions.threads]
    question.seed = values[RandomOptions.seed]
    question.resamples = values[RandomOptions.resamples]
    question.permutations = values[RandomOptions.permutations]
    return question
  }

  @Sendable private static func atLeastZero(_ value: Double) -> String? {
    value < 0 ? "is below 0" : nil
  }
}
