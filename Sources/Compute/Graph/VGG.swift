/// A network of VGG's topology, layer by layer.
public struct VGGLayout: Sendable, Hashable {
  /// The shape of one input sample.
  public var input: Shape
  /// Outputs of every 3×3 convolution, block by block; a max-pool closes each block.
  public var convolutions: [[Int]]
  /// Whether every convolution is followed by batch normalisation.
  public var batchNorm = false
  /// Sides of the windows, at as large a distance, whose means enter the dense layers; 1 for none.
  public var meanWindow = 1
  /// Outputs of the dense layers before `logits`: `fc6`, `fc7`, ….
  public var dense: [Int]
  /// Outputs of `logits`.
  public var classes: Int
  /// The probability with which dropout zeroes what enters all dense layers but the first.
  public var dropout = 0.0

  /// A layout without batch norm, means or dropout.
  public init(input: Shape, convolutions: [[Int]], dense: [Int], classes: Int) {
    self.input = input
    self.convolutions = convolutions
    self.dense = dense
    self.classes = classes
  }

  /// How many convolutions stand in each block of a VGG of that many learnt layers.
  ///
  /// - Parameter depth: 11, 13, 16 or 19.
  /// - Returns: Five counts; nil for another depth.
  public static func blocks(depth: Int) -> [Int]? {
    switch depth {
    case 11: [1, 1, 2, 2, 2]
    case 13: [2, 2, 2, 2, 2]
    case 16: [2, 2, 3, 3, 3]
    case 19: [2, 2, 4, 4, 4]
    default: nil
    }
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
    try vgg(depth: 16, options)
  }

  /// VGG11, 13, 16 or 19: configurations A, B, D and E of Simonyan & Zisserman (2015).
  ///
  /// - Parameters:
  ///   - depth: Learnt layers.
  ///   - options: Input size, width, batch norm, classes, dense width, dropout.
  /// - Returns: The graph.
  /// - Throws: `NetworkError` if the options cannot be met or there is no VGG of that depth.
  public static func vgg(depth: Int, _ options: VGGOptions) throws -> Graph {
    guard let blocks = VGGLayout.blocks(depth: depth) else {
      throw NetworkError(.graph, "there are VGGs of 11, 13, 16 and 19 layers, not of \(depth)")
    }
    guard (32...4096).contains(options.inputSize) else {
      throw NetworkError(
        .graph, "VGG\(depth) needs an input of 32 to 4096 pixels, not \(options.inputSize)")
    }
    guard options.width > 0, options.width <= 16 else {
      throw NetworkError(
        .graph, "VGG\(depth) needs a width above 0 and up to 16, not \(options.width)")
    }
    let channels = [64, 128, 256, 512, 512].map {
      max(1, Int((Double($0) * options.width).rounded()))
    }
    var layout = VGGLayout(
      input: Shape(channels: 3, height: options.inputSize, width: options.inputSize),
      convolutions: zip(blocks, channels).map { Array(repeating: $1, count: $0) },
      dense: [options.denseWidth, options.denseWidth], classes: options.classes)
    layout.batchNorm = options.batchNorm
    layout.dropout = options.dropout
    return try vgg(layout)
  }

  /// A network of VGG's topology, with VGG's names.
  ///
  /// - Parameter layout: The widths of all layers.
  /// - Returns: The graph.
  /// - Throws: `NetworkError` if the layout cannot be met.
  public static func vgg(_ layout: VGGLayout) throws -> Graph {
    var nodes: [Node] = []
    for (block, layers) in layout.convolutions.enumerated() {
      for (layer, outputs) in layers.enumerated() {
        nodes.appendConvolution(
          "conv\(block + 1)_\(layer + 1)", outputs: outputs, batchNorm: layout.batchNorm)
      }
      let pool = Operation.maxPool(kernel: Extent(2), stride: Extent(2), padding: Extent(0))
      nodes.appendLayer("pool\(block + 1)", pool)
    }
    if layout.meanWindow != 1 {
      let window = Extent(layout.meanWindow)
      nodes.appendLayer("avgpool", .averagePool(kernel: window, stride: window, padding: Extent(0)))
    }
    for (index, outputs) in layout.dense.enumerated() {
      let name = "fc\(index + 6)"
      nodes.appendEntry(to: name, isFirst: index == 0, dropout: layout.dropout)
      nodes.append(Node("\(name).dense", .dense(outputs: outputs), inputs: [nodes.lastName]))
      nodes.appendLayer(name, .relu)
    }
    nodes.appendEntry(to: "logits", isFirst: layout.dense.isEmpty, dropout: layout.dropout)
    nodes.appendLayer("logits", .dense(outputs: layout.classes))
    return try Graph(input: layout.input, nodes: nodes)
  }
}

extension [Node] {
  /// The name of the value that the next node reads.
  var lastName: String { last?.name ?? Graph.inputName }

  /// A node that reads the last one and is a layer.
  mutating func appendLayer(_ name: String, _ operation: Operation) {
    append(Node(name, operation, inputs: [lastName], isLayer: true))
  }

  fileprivate mutating func appendConvolution(_ name: String, outputs: Int, batchNorm: Bool) {
    let convolution = Operation.convolution(
      outputs: outputs, kernel: Extent(3), stride: Extent(1), padding: Extent(1), groups: 1)
    append(Node("\(name).conv", convolution, inputs: [lastName]))
    if batchNorm {
      append(Node("\(name).norm", .batchNorm(epsilon: 1e-5), inputs: ["\(name).conv"]))
    }
    appendLayer(name, .relu)
  }

  /// What stands before a dense layer: a flattening before the first, dropout before the others.
  fileprivate mutating func appendEntry(to layer: String, isFirst: Bool, dropout: Double) {
    if isFirst {
      append(Node("\(layer).flatten", .flatten, inputs: [lastName]))
    } else if dropout > 0 {
      append(Node("\(layer).dropout", .dropout(probability: dropout), inputs: [lastName]))
    }
  }
}
