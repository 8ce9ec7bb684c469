extension Plan {
  /// The nodes to compute from `layer` (excluded) to `last` (included).
  ///
  /// - Throws: `NetworkError` if a layer is unknown, nothing lies between, or the input has
  ///   another shape than the value that it stands for.
  func range(
    after layer: String?, until last: String?, input: Shape
  ) throws -> Range<Int> {
    var first = 0
    if let layer {
      _ = try graph.layer(named: layer)
      first = (graph.index(of: layer) ?? 0) + 1
    }
    var end = graph.nodes.count
    if let last {
      _ = try graph.layer(named: last)
      end = (graph.index(of: last) ?? 0) + 1
    }
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
