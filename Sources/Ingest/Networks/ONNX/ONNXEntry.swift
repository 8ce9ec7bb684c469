import Compute

/// The picture that enters the graph.
struct ONNXEntry {
  let name: String
  let shape: Shape
  let axes: [ONNXFeature.Axis]
  /// The batch that the file's shapes stand for; 1 if it is free.
  let batch: Int

  /// Finds the one input that is no constant.
  ///
  /// Files up to IR version 3 list their constants among the inputs.
  ///
  /// - Parameters:
  ///   - model: The messages of the file.
  ///   - needed: The nodes that the output depends on.
  ///   - inputSize: Height and width where the file leaves them free.
  /// - Throws: `ONNXProblem` if there is none, more than one, or its shape is not that of pictures.
  init(_ model: ONNXModel, needed: [ONNXNode], inputSize: Int?) throws {
    let read = Set(needed.flatMap(\.inputs))
    let inputs = model.inputs.filter {
      model.initialisers[$0.name] == nil && read.contains($0.name)
    }
    guard let input = inputs.first, inputs.count == 1 else {
      let names = inputs.prefix(8).map { "'\($0.name.prefix(40))'" }.joined(separator: ", ")
      throw ONNXProblem(
        inputs.isEmpty
          ? "its output does not depend on any input"
          : "it has \(inputs.count) inputs: \(names)",
        advice: "give a network with one input, a picture")
    }
    let sides = input.dims ?? []
    let named = sides.map { $0.map(String.init) ?? "?" }.joined(separator: ", ")
    guard sides.count == 4 else {
      throw ONNXProblem(
        "its input '\(input.name.prefix(80))' has the shape [\(named)], not that of pictures",
        advice: "export a network whose input is [batch, channels, height, width]")
    }
    name = input.name
    batch = sides[0].flatMap { (1...4_096).contains($0) ? $0 : nil } ?? 1
    let isLast = ONNXEntry.isChannelsLast(name, needed)
    axes = isLast ? ONNXFeature.channelsLast : ONNXFeature.channelsFirst
    let order = isLast ? [3, 1, 2] : [1, 2, 3]
    let found = [sides[order[0]]] + order[1...].map { sides[$0] ?? inputSize }
    let known = found.compactMap { $0 }.filter { (1...1 << 20).contains($0) }
    guard known.count == 3 else {
      throw ONNXProblem(
        "its input has the shape [\(named)]: channels, height and width must be known",
        advice: "give --input-size, or export with a fixed one; only the batch may be free")
    }
    shape = Shape(channels: known[0], height: known[1], width: known[2])
  }

  /// Whether the first thing that happens to the input, but for arithmetic with constants, is to
  /// bring its channels from the last place to the first.
  private static func isChannelsLast(_ name: String, _ nodes: [ONNXNode]) -> Bool {
    var names: Set<String> = [name]
    for node in nodes where node.inputs.contains(where: names.contains) {
      switch node.kind {
      case "Transpose": return node.integers("perm") == [0, 3, 1, 2]
      case "Sub", "Add", "Mul", "Div", "Cast", "Identity": names.formUnion(node.outputs)
      default: return false
      }
    }
    return false
  }
}
