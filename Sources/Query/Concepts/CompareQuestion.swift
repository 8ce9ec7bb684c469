/// What two variants' layers still encode of action units: concepts before and after.
public struct CompareQuestion: Sendable, Equatable {
  /// A figure of a concept.
  public enum Measure: String, Sendable, CaseIterable {
    /// Set IoU over samples with the action unit.
    case setIoU = "set_iou"
    /// Set IoU over these and the samples without it.
    case setIoUAll = "set_iou_all"
    /// Area under the ROC curve of the maximum of M, present against absent.
    case presenceAUC = "presence_auc"
  }

  /// The model before.
  public var before: String
  /// The model after; it may answer another task.
  public var after: String
  /// The samples that the concepts are compared on; they are of one evaluated split.
  public var selection = Selection()
  /// The layers; none: every layer of which bits of both models are stored.
  public var layers: [String] = []
  /// The action units; none: all that have masks.
  public var units: [Int] = []
  /// The measures that are shown and corrected for; none: all.
  public var measures: [Measure] = []
  /// A model whose difference from `before` is subtracted; nil for the retrained head, if `before`
  /// has one.
  public var control: String?
  /// The largest difference of areas that does not matter.
  public var areaMargin = 0.05
  /// The largest difference of set IoUs that does not matter.
  public var iouMargin = 0.02
  /// Whether pain and emotion action units are contrasted instead of listed.
  public var isContrast = false
  /// How concepts are fitted.
  public var settings = ConceptSettings()
  /// Threads that fit what is not stored.
  public var threads = 1
  /// The seed of bootstrap and permutations.
  public var seed: UInt64 = 1
  /// Resamples of subjects.
  public var resamples = 2_000
  /// Swaps of subjects between the networks, where they cannot all be taken.
  public var permutations = 20_000

  /// A question about two models.
  public init(before: String, after: String) {
    self.before = before
    self.after = after
  }
}

extension CompareQuestion {
  var shownMeasures: [Measure] {
    measures.isEmpty ? Measure.allCases : Measure.allCases.filter(measures.contains)
  }

  func margin(_ measure: Measure) -> Double {
    measure == .presenceAUC ? areaMargin : iouMargin
  }
}
