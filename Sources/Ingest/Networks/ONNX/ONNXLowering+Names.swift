extension ONNXLowering {
  /// What a node's step is called, from its weights or its own name.
  ///
  /// PyTorch names weights by module, `layer1.0.conv1.weight`, and nodes by the path of modules,
  /// `/layer1/layer1.0/conv1/Conv`; tf2onnx names nodes `model/block1_conv1/Conv2D`.
  ///
  /// - Parameter node: The node.
  /// - Returns: `layer1.0.conv1` or `model.block1_conv1`; never empty.
  func name(of node: ONNXNode) -> String {
    if let weights = node.input(1), weights.hasSuffix(".weight"), weights.count > 7,
      !weights.contains("::")
    {
      return String(weights.dropLast(7))
    }
    let label = node.name.isEmpty ? node.outputs.first ?? "" : node.name
    var parts: [Substring] = []
    for part in label.split(separator: "/", maxSplits: 64) {
      // Each module repeats the name of the one around it.
      if let last = parts.last, part.hasPrefix("\(last).") { parts.removeLast() }
      parts.append(part)
    }
    if parts.count > 1, let last = parts.last, ONNXLowering.isGeneric(last) { parts.removeLast() }
    if parts.first == "StatefulPartitionedCall", parts.count > 1 { parts.removeFirst() }
    return parts.isEmpty ? node.kind.lowercased() : parts.joined(separator: ".")
  }

  /// Whether a part of a name only says what the node does: `Conv`, `Relu_3`, `BiasAdd`.
  private static func isGeneric(_ part: Substring) -> Bool {
    var stem = part
    while let last = stem.last, last.isNumber || last == "_" { stem.removeLast() }
    let others = ["Conv", "BiasAdd", "FusedBatchNorm", "FusedBatchNormV", "AvgPool", "Mean"]
    return others.contains(String(stem)) || part == "Conv2D"
      || ONNXOperator(rawValue: String(stem)) != nil
  }
}
