extension Plan {
  /// The nodes to compute from `layer` (excluded) to `last` (included).
  ///
  /// - Throws: `NetworkError` if a layer is unknown, nothing lies between, or the input has
  ///   another shape than the value that it stands for.
  func range(
    after layer: String?, until last: String?, input: Shape
  ) throws -> Range<Int> {
    let first = try graph.firstNode(after: layer)
    let end = try last.map { try graph.firstNode(after: $0) } ?? graph.nodes.count
    guard first < end else {
      throw NetworkError(
        .input, "nothing lies between layer '\(layer ?? "input")' and '\(last ?? "the end")'")
    }
    let shape = first == 0 ? graph.input : graph.shapes[first - 1]
    guard input == shape else {
      throw NetworkError(
        .input,
        "the network takes \(shape) for '\(layer ?? Graph.inputName)', not \(input);"
          + " prepare the input for this network")
    }
    for index in first..<end {
      guard let slot = nodes[index].inputs.first(where: { $0 < first }) else { continue }
      let name = name(ofSlot: slot)
      throw NetworkError(
        .input,
        "cannot start after '\(layer ?? Graph.inputName)': '\(graph.nodes[index].name)' also reads"
          + " '\(name)'; start after a layer through which everything passes")
    }
    return first..<end
  }
}
