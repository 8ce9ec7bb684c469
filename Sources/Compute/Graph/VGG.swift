/// Choices for a network of VGG16's topology.
public struct VGGOptions: Codable, Sendable, Hashable {
  /// Height and width of the input in pixels, at least 32.
  public var inputSize: Int
  /// Multiplies the channels of every convolution; 1 is VGG16 itself.
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

extension Graph {
  /// VGG16: 13 convolutions 3×3 in five blocks, each closed by a max-pool, and three dense layers
  /// (Simonyan & Zisserman 2015, configuration D).
  ///
  /// Layers: `conv1_1 … conv5_3` and `fc6`, `fc7` after their ReLU, `pool1 … pool5`, `logits`.
  ///
  /// - Parameter options: Input size, width, batch norm, classes, dense width, dropout.
  /// - Returns: The graph.
  /// - Throws: `NetworkError` if the options cannot be met.
  public static func vgg16(_ options: VGGOptions) throws -> Graph {
    guard (32...4096).contains(options.inputSize) else {
      throw NetworkError(
        .graph, "VGG16 needs an input of 32 to 4096 pixels, not \(options.inputSize)")
    }
    guard options.width > 0, options.width <= 16 else {
      throw NetworkError(.graph, "VGG16 needs a width above 0 and up to 16, not \(options.width)")
    }
    var nodes: [Node] = []
    for (block, layers) in [(64, 2), (128, 2), (256, 3), (512, 3), (512, 3)].enumerated() {
      let channels = max(1, Int((Double(layers.0) * options.width).rounded()))
      for layer in 1...layers.1 {
        nodes.appendConvolution(
          "conv\(block + 1)_\(layer)", outputs: channels, batchNorm: options.batchNorm)
      }
      nodes.append(
        Node(
          "pool\(block + 1)",
          .maxPool(kernel: Extent(2), stride: Extent(2), padding: Extent(0)),
          inputs: [nodes.last?.name ?? inputName], isLayer: true))
    }
    nodes.append(Node("fc6.flatten", .flatten, inputs: ["pool5"]))
    nodes.append(
      Node("fc6.dense", .dense(outputs: options.denseWidth), inputs: ["fc6.flatten"]))
    nodes.append(Node("fc6", .relu, inputs: ["fc6.dense"], isLayer: true))
    let fc7Input = nodes.appendDropout(options.dropout, of: "fc7", after: "fc6")
    nodes.append(Node("fc7.dense", .dense(outputs: options.denseWidth), inputs: [fc7Input]))
    nodes.append(Node("fc7", .relu, inputs: ["fc7.dense"], isLayer: true))
    let headInput = nodes.appendDropout(options.dropout, of: "logits", after: "fc7")
    nodes.append(
      Node("logits", .dense(outputs: options.classes), inputs: [headInput], isLayer: true))
    return try Graph(
      input: Shape(channels: 3, height: options.inputSize, width: options.inputSize),
      nodes: nodes)
  }
}

extension [Node] {
  fileprivate mutating func appendConvolution(_ name: String, outputs: Int, batchNorm: Bool) {
    let convolution = Operation.convolution(
      outputs: outputs, kernel: Extent(3), stride: Extent(1), padding: Extent(1), groups: 1)
    append(Node("\(name).conv", convolution, inputs: [last?.name ?? Graph.inputName]))
    if batchNorm {
      append(Node("\(name).norm", .batchNorm(epsilon: 1e-5), inputs: ["\(name).conv"]))
    }
    append(Node(name, .relu, inputs: [self[count - 1].name], isLayer: true))
  }

  fileprivate mutating func appendDropout(
    _ probability: Double, of layer: String, after input: String
  ) -> String {
    guard probability > 0 else { return input }
    append(Node("\(layer).dropout", .dropout(probability: probability), inputs: [input]))
    return "\(layer).dropout"
  }
}
