import Compute
import Foundation

/// Turns the nodes of an ONNX graph into Lethe's, one after the other.
///
/// Every value is either a constant, which is computed at once, or a feature: something that
/// depends on the picture. The batch counts as the one that the file was made for, 1 if it is free.
struct ONNXLowering {
  let model: ONNXModel
  let storage: ONNXStorage
  /// Samples that the file's shapes stand for.
  let batch: Int
  /// Computed constants by name; those of the file are read when they are used.
  var constants: [String: ONNXConstant] = [:]
  var features: [String: ONNXFeature] = [:]
  var draft: GraphDraft
  var notes: [String] = []
  var dilated = DilatedKernels()
  /// Convolution and dense steps without a bias by the value that they give, if one node reads it.
  var biasable: [String: Int] = [:]
  /// How many needed nodes read each value, and once more for the output.
  let readers: [String: Int]
  private let needed: [ONNXNode]
  private let output: String

  /// Prepares the reading of a graph.
  ///
  /// - Parameters:
  ///   - model: The messages of the file.
  ///   - storage: Where its numbers lie.
  ///   - inputSize: Height and width where the file leaves them free.
  /// - Throws: `ONNXProblem` if the graph has no picture as its only input, or no output.
  init(_ model: ONNXModel, _ storage: ONNXStorage, inputSize: Int? = nil) throws {
    self.model = model
    self.storage = storage
    guard let output = model.outputs.first?.name else {
      throw ONNXProblem("its graph has no output")
    }
    self.output = output
    needed = try ONNXLowering.neededNodes(model.nodes, output: output)
    var readers = [output: 1]
    for name in needed.flatMap(\.inputs) { readers[name, default: 0] += 1 }
    self.readers = readers
    let entry = try ONNXEntry(model, needed: needed, inputSize: inputSize)
    batch = entry.batch
    draft = GraphDraft(input: entry.shape)
    features[entry.name] = ONNXFeature(
      step: GraphDraft.input, shape: entry.shape, axes: entry.axes)
    if model.outputs.count > 1 {
      notes.append(
        "The model has \(model.outputs.count) outputs; '\(output.prefix(80))' was taken, the first."
      )
    }
  }

  /// The whole network.
  ///
  /// - Returns: Graph, weights, and what a user should know.
  /// - Throws: `ONNXProblem` for what cannot be read or run, `NetworkError` for impossible shapes.
  mutating func network() throws -> ImportedNetwork {
    for node in needed { try lower(node) }
    guard var result = features[output] else {
      throw ONNXProblem("its output '\(output.prefix(120))' does not depend on its input")
    }
    if let closing = result.closing { note(closing: closing) }
    result.step = withoutClosing(result.step)
    guard result.step >= 0, result.shape.pixels == 1 else {
      throw ONNXProblem(
        "its output is no vector of logits but a map of \(result.shape)",
        advice: "give a network that classifies pictures")
    }
    guard result.channelsLast == nil else {
      throw ONNXProblem("its output is a flattened map, not logits")
    }
    let made = try draft.finished(output: result.step)
    return ImportedNetwork(
      graph: made.graph, parameters: made.parameters, classes: classes(result.shape.channels),
      notes: notes)
  }

  /// The step before a closing softmax or sigmoid.
  private mutating func withoutClosing(_ step: Int) -> Int {
    guard step >= 0 else { return step }
    switch draft.steps[step].operation {
    case .softmax: note(closing: "Softmax")
    case .sigmoid: note(closing: "Sigmoid")
    default: return step
    }
    return draft.steps[step].inputs[0]
  }

  private mutating func note(closing: String) {
    notes.append("The closing \(closing) was left out: the output of a network is its logits.")
  }

  /// The names of the classes, if the file tells them as Lethe writes them.
  private func classes(_ count: Int) -> [String]? {
    guard let text = model.metadata["classes"],
      let names = try? JSONDecoder().decode([String].self, from: Data(text.utf8)),
      names.count == count
    else { return nil }
    return names
  }

  /// The nodes that the output depends on, in the order of the file.
  private static func neededNodes(_ nodes: [ONNXNode], output: String) throws -> [ONNXNode] {
    var makers: [String: Int] = [:]
    for (index, node) in nodes.enumerated() {
      for name in node.outputs where !name.isEmpty {
        guard makers.updateValue(index, forKey: name) == nil else {
          throw node.problem("gives '\(name.prefix(120))', which another node gives already")
        }
      }
    }
    var isNeeded = Array(repeating: false, count: nodes.count)
    var open = [output]
    while let name = open.popLast() {
      guard let maker = makers[name], !isNeeded[maker] else { continue }
      isNeeded[maker] = true
      open += nodes[maker].inputs
    }
    return nodes.indices.filter { isNeeded[$0] }.map { nodes[$0] }
  }
}
