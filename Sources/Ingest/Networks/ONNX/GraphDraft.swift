import Compute

/// A graph under construction: steps by number, which get their names when all are known.
struct GraphDraft {
  /// One step, a node to be.
  struct Step {
    let operation: Compute.Operation
    /// Numbers of the steps it reads, or `GraphDraft.input`.
    let inputs: [Int]
    /// What the file calls it; a base for its name.
    let hint: String
    /// What it has learnt, by the ends of Lethe's names.
    var parameters: [(suffix: String, tensor: Tensor)]
    /// What it yields for one sample.
    let shape: Shape
  }

  /// The number that stands for the input of the network.
  static let input = -1
  /// More steps than this are refused, as a graph refuses them.
  private static let largestCount = 4_096

  /// The shape of one input sample.
  let inputShape: Shape
  private(set) var steps: [Step] = []

  /// A draft without steps.
  init(input: Shape) { inputShape = input }

  /// The shape of a step's output, or of the input.
  func shape(of step: Int) -> Shape { step < 0 ? inputShape : steps[step].shape }

  /// Adds a step.
  ///
  /// - Parameters:
  ///   - operation: What it does.
  ///   - inputs: Numbers of earlier steps.
  ///   - hint: What the file calls it.
  ///   - parameters: What it has learnt, by the ends of Lethe's names.
  /// - Returns: The step's number.
  /// - Throws: `NetworkError` if the operation cannot be applied to these inputs.
  mutating func add(
    _ operation: Compute.Operation, _ inputs: [Int], hint: String,
    parameters: [(suffix: String, tensor: Tensor)] = []
  ) throws -> Int {
    guard steps.count < GraphDraft.largestCount else {
      throw NetworkError(.graph, "the network has more than \(GraphDraft.largestCount) nodes")
    }
    steps.append(
      Step(
        operation: operation, inputs: inputs, hint: hint, parameters: parameters,
        shape: try outputShape(of: operation, inputs.map { shape(of: $0) }, hint: hint)))
    return steps.count - 1
  }

  /// Gives a convolution or dense step a bias.
  mutating func setBias(_ bias: Tensor, of step: Int) {
    steps[step].parameters.append(("bias", bias))
  }

  // Only graphs tell shapes, so a small graph of its own says what the step yields. Where inputs
  // differ in shape it says whether the shape of the result can be.
  private func outputShape(
    of operation: Compute.Operation, _ inputs: [Shape], hint: String
  ) throws -> Shape {
    let name = "\(GraphDraft.cleaned(hint)).\(operation.kind)"
    let result: Shape
    switch operation {
    case .concat:
      let channels = inputs.reduce(0) { $0 + $1.channels }
      result = Shape(channels: channels, height: inputs[0].height, width: inputs[0].width)
    case .multiply: result = inputs[0].pixels >= inputs[1].pixels ? inputs[0] : inputs[1]
    default:
      let node = Node(name, operation, inputs: inputs.map { _ in Graph.inputName })
      return try Graph(input: inputs[0], nodes: [node]).shapes[0]
    }
    return try Graph(
      input: result, nodes: [Node(name, .relu, inputs: [Graph.inputName])]
    ).shapes[0]
  }

  /// Text as a part of a name: letters, digits, dots, hyphens and underscores.
  static func cleaned(_ text: String) -> String {
    let kept = text.unicodeScalars.prefix(100).map { scalar -> Character in
      let isPlain =
        scalar.isASCII
        && (scalar.properties.isAlphabetic || scalar.properties.numericType != nil
          || "._-".unicodeScalars.contains(scalar))
      return isPlain ? Character(scalar) : "_"
    }
    return String(kept)
  }
}
