/// A concept that was fitted: an action unit in a layer, over a data set.
public struct ConceptRow: Sendable, Equatable {
  /// What tells fits apart: an equal one takes the place of the other.
  public struct Identity: Sendable, Hashable {
    /// The layer's prefix.
    public let key: String
    /// The row id of the data set.
    public let dataset: Int64
    /// The action unit's number.
    public let au: Int
    /// The split that it was evaluated on: train, val or test.
    public let split: String
    /// What was minimised: weighted-bce or published.
    public let loss: String
    /// How it was fitted, the loss included: JSON, keys ascending.
    public let options: String

    /// An identity with its parts.
    public init(
      key: String, dataset: Int64, au: Int, split: String, loss: String, options: String
    ) {
      self.key = key
      self.dataset = dataset
      self.au = au
      self.split = split
      self.loss = loss
      self.options = options
    }
  }

  /// How many samples there were.
  public struct Counts: Sendable, Equatable {
    /// Train samples that it was fitted on.
    public let fit: Int
    /// Evaluated samples with the action unit.
    public let present: Int
    /// Evaluated samples without it.
    public let absent: Int
    /// Samples of the evaluated split that were left out.
    public let unknown: Int

    /// Counts with their parts.
    public init(fit: Int, present: Int, absent: Int, unknown: Int) {
      self.fit = fit
      self.present = present
      self.absent = absent
      self.unknown = unknown
    }
  }

  /// What was measured; nil where it is undefined.
  public struct Measures: Sendable, Equatable {
    /// Σ intersection / Σ union over evaluated samples with the action unit.
    public var setIoU: Double?
    /// The same with those without it, whose mask is empty.
    public var setIoUAll: Double?
    /// Area under the ROC curve of the peak, samples with the action unit against those without.
    public var presenceAUC: Double?
    /// Mean over samples of intersection / union.
    public var meanIoU: Double?
    /// The channel that alone fits best on the train samples.
    public var bestFilter: Int?
    /// Its set IoU.
    public var bestFilterIoU: Double?
    /// Set IoU of the region control.
    public var regionIoU: Double?
    /// Set IoU of the place control.
    public var placeIoU: Double?
    /// Mean set IoU of random weights.
    public var weightsIoU: Double?
    /// 1 − mean share of concept cells over the samples that it was fitted on.
    public var alpha: Double?
    /// The loss, without the penalty.
    public var loss: Double?
    /// Steps of the optimiser.
    public var iterations: Int?
    /// Whether the gradient became as small as asked.
    public var converged: Bool?

    /// No measure.
    public init() {}
  }

  /// Its row id, which SQL calls `concept_id`; nil before it is stored.
  public let id: Int64?
  /// What tells it apart.
  public let identity: Identity
  /// How many samples there were.
  public let counts: Counts
  /// What was measured.
  public let measures: Measures
  /// Why measures are missing.
  public let note: String?
  /// One a channel; empty if nothing was fitted.
  public let weights: [Double]
  /// The evaluated samples, ascending.
  public let scores: [ConceptScoreRow]

  /// A concept with its parts.
  public init(
    id: Int64? = nil, identity: Identity, counts: Counts, measures: Measures, note: String?,
    weights: [Double], scores: [ConceptScoreRow]
  ) {
    self.id = id
    self.identity = identity
    self.counts = counts
    self.measures = measures
    self.note = note
    self.weights = weights
    self.scores = scores
  }
}
