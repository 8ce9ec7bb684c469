/// Choices for a network of VGG's topology.
public struct VGGOptions: Codable, Sendable, Hashable {
  /// Height and width of the input in pixels, at least 32.
  public var inputSize: Int
  /// Multiplies the channels of every convolution; 1 is VGG itself.
  public var width: Double
  /// Whether every convolution is followed by batch normalisation.
  public var batchNorm: Bool
  /// Outputs of `logits`.
  public var classes: Int
  /// Outputs of `fc6` and of `fc7`.
  public var denseWidth: Int
  /// The probability with which dropout zeroes what enters `fc7` and `logits`; 0 for none.
  public var dropout: Double

  /// Options; by default those of Simonyan & Zisserman (2015).
  public init(
    inputSize: Int = 224, width: Double = 1, batchNorm: Bool = false, classes: Int = 1000,
    denseWidth: Int = 4096, dropout: Double = 0.5
  ) {
    self.inputSize = inputSize
    self.width = width
    self.batchNorm = batchNorm
    self.classes = classes
    self.denseWidth = denseWidth
    self.dropout = dropout
  }
}
