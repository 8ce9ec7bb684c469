public import Compute

/// One action unit in one layer over one data set: how well the layer encodes it.
///
/// Net2Vec (Fong & Vedaldi 2018): M = σ(up(Σ_k w_k·1[a_k > T_k])), predicted where M > ½. Measures
/// are nil where they are undefined.
public struct ConceptRecord: Sendable, Equatable {
  /// One sample of the evaluated split for which the action unit was coded.
  public struct Sample: Sendable, Equatable {
    /// The sample's id.
    public let sampleID: Int64
    /// Where its rows stand in arrays.
    public let position: Int
    /// Who is on it.
    public let subject: String
    /// Whether the action unit is present; where it is not, its mask is empty.
    public let present: Bool
    /// How the prediction fits the mask, in cells of the grid.
    public let score: ConceptScore

    /// A sample with its parts.
    public init(
      sampleID: Int64, position: Int, subject: String, present: Bool, score: ConceptScore
    ) {
      self.sampleID = sampleID
      self.position = position
      self.subject = subject
      self.present = present
      self.score = score
    }
  }

  /// Its `concept_id` in SQL; nil if it is not stored.
  public var id: Int64?
  /// The layer's key, which variants may share.
  public let key: String
  /// The layer's name.
  public let layer: String
  /// The action unit's number.
  public let au: Int
  /// The data set's name.
  public let dataset: String
  /// The split that it was evaluated on: train, val or test.
  public let split: String
  /// How it was fitted: JSON.
  public let options: String
  /// What it minimises.
  public let loss: ConceptLoss

  /// Train samples with the action unit, which it was fitted on.
  public var nFit = 0
  /// Evaluated samples with the action unit.
  public var nPresent = 0
  /// Evaluated samples without it.
  public var nAbsent = 0
  /// Samples of the split that were left out: not coded, or present without a mask on the grid.
  public var nUnknown = 0

  /// Σ|M∩L| / Σ|M∪L| over evaluated samples with the action unit.
  public var setIoU: Double?
  /// The same with the samples without it, whose mask is empty.
  public var setIoUAll: Double?
  /// Area under the ROC curve of the maximum of M: samples with the action unit against those
  /// without.
  public var presenceAUC: Double?
  /// Mean of |M∩L| / |M∪L| over evaluated samples with the action unit.
  public var meanIoU: Double?
  /// The channel k of the greatest set IoU of up(1[a_k > T_k]) > ½ on the train samples.
  public var bestFilter: Int?
  /// Its set IoU on the evaluated samples with the action unit.
  public var bestFilterIoU: Double?
  /// Control: set IoU of a fit on the action unit's region where it is absent.
  public var regionIoU: Double?
  /// Control: set IoU of a fit on equal areas elsewhere.
  public var placeIoU: Double?
  /// Control: mean set IoU of random weights of the same norm.
  public var weightsIoU: Double?
  /// 1 − mean share of concept cells over the samples that it was fitted on.
  public var alpha: Double?
  /// Mean over these samples of the loss summed over the grid, without the penalty.
  public var lossValue: Double?
  /// Steps of the optimiser.
  public var iterations: Int?
  /// Whether the gradient became as small as asked.
  public var converged: Bool?
  /// Why measures are missing.
  public var note: String?

  /// One a channel; none if nothing was fitted.
  public var weights: [Double] = []
  /// The evaluated samples that were coded, ascending by position; none if nothing was fitted.
  public var samples: [Sample] = []

  /// A record without measures.
  public init(
    key: String, layer: String, au: Int, dataset: String, split: String, options: String,
    loss: ConceptLoss
  ) {
    self.key = key
    self.layer = layer
    self.au = au
    self.dataset = dataset
    self.split = split
    self.options = options
    self.loss = loss
  }
}
