/// The computation of a node, with its geometry fixed.
enum Kernel: Sendable {
  case convolution(Convolution)
  case dense(Dense)
  case pooling(Pooling)
  case batchNorm(BatchNormalisation)
  case relu
  case dropout(probability: Double)
  case flatten
  case softmax
  case add
  case border(Border)
  case concat(Concatenation)
  case function(ScalarFunction)
  /// Batch norm whose statistics are 0 and 1.
  case scale(BatchNormalisation)
  case multiply(Multiplication)
}

/// A node with its computation, and where its inputs and its output lie.
struct PlannedNode: Sendable {
  let node: Node
  let kernel: Kernel
  /// Slots of the inputs: 0 is the input of the network, i + 1 the output of node i.
  let inputs: [Int]
  /// The shape of the first input.
  let input: Shape
  /// The shape of the output.
  let output: Shape
  /// Whether the output takes the place of the first input, which nobody else reads.
  let isInPlace: Bool
  /// Whether the ReLU that follows is taken by this node: a convolution, dense layer or batch norm.
  let isRectified: Bool
  /// For a ReLU in place: whether the node before has taken it already.
  let isDone: Bool
}

/// A graph made ready for computing: what each node does, and which values share memory.
struct Plan: Sendable {
  let graph: Graph
  let nodes: [PlannedNode]
  /// How many nodes read each slot.
  let readers: [Int]

  /// The plan of a graph; without `numerics`, convolutions are plain products.
  init(_ graph: Graph, _ numerics: Numerics? = nil) {
    self.graph = graph
    var slots = [Graph.inputName: 0]
    for (index, node) in graph.nodes.enumerated() { slots[node.name] = index + 1 }
    let inputs = graph.nodes.map { node in node.inputs.map { slots[$0] ?? 0 } }
    var readers = Array(repeating: 0, count: graph.nodes.count + 1)
    for slot in inputs.joined() { readers[slot] += 1 }
    let isPrivate = { (slot: Int) in
      slot > 0 && readers[slot] == 1 && !graph.nodes[slot - 1].isLayer
    }
    // A ReLU overwrites a value that is nobody else's. The gradients of the nodes listed do not
    // need their own output.
    let overwrites = graph.nodes.indices.map { index in
      guard graph.nodes[index].operation == .relu, isPrivate(inputs[index][0]) else { return false }
      switch graph.nodes[inputs[index][0] - 1].operation {
      case .convolution, .dense, .batchNorm, .add: return true
      default: return false
      }
    }
    var isRectified = Array(repeating: false, count: graph.nodes.count)
    for index in graph.nodes.indices where overwrites[index] {
      switch graph.nodes[inputs[index][0] - 1].operation {
      case .convolution, .dense, .batchNorm: isRectified[inputs[index][0] - 1] = true
      default: break
      }
    }
    nodes = graph.nodes.indices.map { index in
      let slot = inputs[index][0]
      let shapes = inputs[index].map { $0 == 0 ? graph.input : graph.shapes[$0 - 1] }
      return PlannedNode(
        node: graph.nodes[index],
        kernel: Plan.kernel(graph.nodes[index].operation, shapes, graph.shapes[index], numerics),
        inputs: inputs[index], input: shapes[0], output: graph.shapes[index],
        isInPlace: overwrites[index], isRectified: isRectified[index],
        isDone: overwrites[index] && isRectified[slot - 1])
    }
    self.readers = readers
  }

  /// The name of the value in a slot.
  func name(ofSlot slot: Int) -> String {
    slot == 0 ? Graph.inputName : graph.nodes[slot - 1].name
  }
}
