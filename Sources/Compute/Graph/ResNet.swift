/// A residual network, stage by stage.
///
/// The networks are those of He et al. (2016).
public struct ResNetLayout: Sendable, Hashable {
  /// Blocks of equal width, the first of which may halve the sides.
  public struct Stage: Sendable, Hashable {
    /// How many blocks.
    public var blocks: Int
    /// Outputs of the convolutions inside a block.
    public var width: Int
    /// Outputs of a block.
    public var outputs: Int
    /// Groups of the 3×3 convolution of a bottleneck.
    public var groups: Int

    /// A stage of its numbers.
    public init(blocks: Int, width: Int, outputs: Int, groups: Int = 1) {
      self.blocks = blocks
      self.width = width
      self.outputs = outputs
      self.groups = groups
    }
  }

  /// The shape of one input sample.
  public var input: Shape
  /// Outputs of the first convolution.
  public var stem: Int
  /// The stages; all but the first halve the sides.
  public var stages: [Stage]
  /// Whether a block is 1×1, 3×3, 1×1, and not two times 3×3.
  public var isBottleneck: Bool
  /// Whether the first 1×1 convolution of a bottleneck takes the stride, as Keras has it, and not
  /// the 3×3 one, as torchvision has it.
  public var stridesFirst = false
  /// Added to the variances of all batch norms.
  public var epsilon = 1e-5
  /// Outputs of the dense layers before `logits`: `fc1`, `fc2`, ….
  public var dense: [Int] = []
  /// Outputs of `logits`.
  public var classes: Int

  /// A layout as torchvision has it.
  public init(
    input: Shape, stem: Int, stages: [Stage], isBottleneck: Bool, classes: Int
  ) {
    self.input = input
    self.stem = stem
    self.stages = stages
    self.isBottleneck = isBottleneck
    self.classes = classes
  }

  /// How many blocks stand in each stage of a ResNet of that many learnt layers.
  ///
  /// - Parameter depth: 18, 34 or 50.
  /// - Returns: Four counts, and whether the blocks are bottlenecks; nil for another depth.
  public static func blocks(depth: Int) -> (counts: [Int], isBottleneck: Bool)? {
    switch depth {
    case 18: ([2, 2, 2, 2], false)
    case 34: ([3, 4, 6, 3], false)
    case 50: ([3, 4, 6, 3], true)
    default: nil
    }
  }
}

extension Graph {
  /// A residual network.
  ///
  /// Layers: `conv1` after its ReLU, `pool1`, `layer1.0 …` (what each block gives, after the sum and
  /// its ReLU), `avgpool`, `logits`. Inside a block nodes and weights bear torchvision's names, such
  /// as `layer2.0.conv1.weight`, `layer2.0.bn1.bias` and `layer2.0.downsample.0.weight`.
  ///
  /// - Parameter layout: The widths of all stages.
  /// - Returns: The graph.
  /// - Throws: `NetworkError` if the layout cannot be met.
  public static func resNet(_ layout: ResNetLayout) throws -> Graph {
    var nodes: [Node] = []
    nodes.append(
      Node(
        "conv1.conv",
        .convolution(
          outputs: layout.stem, kernel: Extent(7), stride: Extent(2), padding: Extent(3), groups: 1),
        inputs: [inputName]))
    nodes.append(
      Node("conv1.norm", .batchNorm(epsilon: layout.epsilon), inputs: ["conv1.conv"]))
    nodes.appendLayer("conv1", .relu)
    nodes.appendLayer(
      "pool1", .maxPool(kernel: Extent(3), stride: Extent(2), padding: Extent(1)))
    var inputs = layout.stem
    for (number, stage) in layout.stages.enumerated() {
      for index in 0..<max(0, min(stage.blocks, 1_000)) {
        let block = ResidualBlock(
          name: "layer\(number + 1).\(index)", stage: stage, inputs: inputs,
          stride: number > 0 && index == 0 ? 2 : 1, layout: layout)
        block.append(to: &nodes)
        inputs = stage.outputs
      }
    }
    nodes.appendLayer("avgpool", .globalAveragePool)
    for (index, outputs) in layout.dense.enumerated() {
      let name = "fc\(index + 1)"
      nodes.append(Node("\(name).dense", .dense(outputs: outputs), inputs: [nodes.lastName]))
      nodes.appendLayer(name, .relu)
    }
    nodes.appendLayer("logits", .dense(outputs: layout.classes))
    return try Graph(input: layout.input, nodes: nodes)
  }
}

/// One block of a residual network.
private struct ResidualBlock {
  let name: String
  let stage: ResNetLayout.Stage
  let inputs: Int
  let stride: Int
  let layout: ResNetLayout

  /// Its convolutions in order; all but the last are followed by a ReLU.
  private var convolutions: [Operation] {
    let (first, second) = layout.stridesFirst ? (stride, 1) : (1, stride)
    guard layout.isBottleneck else {
      return [
        convolution(stage.width, kernel: 3, stride: stride), convolution(stage.outputs, kernel: 3),
      ]
    }
    return [
      convolution(stage.width, kernel: 1, stride: first),
      convolution(stage.width, kernel: 3, stride: second, groups: stage.groups),
      convolution(stage.outputs, kernel: 1),
    ]
  }

  /// Adds the nodes of the block, which reads the last one.
  func append(to nodes: inout [Node]) {
    let entry = nodes.lastName
    let convolutions = convolutions
    for (index, operation) in convolutions.enumerated() {
      let (conv, norm) = ("\(name).conv\(index + 1)", "\(name).bn\(index + 1)")
      nodes.append(Node(conv, operation, inputs: [nodes.lastName]))
      nodes.append(Node(norm, .batchNorm(epsilon: layout.epsilon), inputs: [conv]))
      guard index < convolutions.count - 1 else { continue }
      nodes.append(Node("\(name).relu\(index + 1)", .relu, inputs: [norm]))
    }
    let last = nodes.lastName
    var shortcut = entry
    if stride != 1 || inputs != stage.outputs {
      let (conv, norm) = ("\(name).downsample.0", "\(name).downsample.1")
      nodes.append(
        Node(conv, convolution(stage.outputs, kernel: 1, stride: stride), inputs: [entry]))
      nodes.append(Node(norm, .batchNorm(epsilon: layout.epsilon), inputs: [conv]))
      shortcut = norm
    }
    nodes.append(Node("\(name).add", .add, inputs: [last, shortcut]))
    nodes.appendLayer(name, .relu)
  }

  private func convolution(
    _ outputs: Int, kernel: Int, stride: Int = 1, groups: Int = 1
  ) -> Operation {
    .convolution(
      outputs: outputs, kernel: Extent(kernel), stride: Extent(stride),
      padding: Extent(kernel / 2), groups: groups)
  }
}
