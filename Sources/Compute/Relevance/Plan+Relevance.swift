/// What relevance propagation must know of a graph's structure.
extension Plan {
  /// The slot of the logits: the last node's, or what it reads if it is a softmax.
  var logitSlot: Int {
    let last = nodes.count - 1
    return graph.nodes[last].operation == .softmax ? nodes[last].inputs[0] : last + 1
  }

  /// Which slots can hold no negative number, as far as the graph proves it.
  ///
  /// The input of the network and sums before a ReLU may be negative.
  var nonNegativeSlots: [Bool] {
    var proved = Array(repeating: false, count: nodes.count + 1)
    for (index, planned) in nodes.enumerated() {
      switch planned.kernel {
      case .relu, .softmax: proved[index + 1] = true
      case .convolution, .dense, .batchNorm, .scale: break
      case .function(let function):
        proved[index + 1] = function.isNonNegative(ofNonNegative: proved[planned.inputs[0]])
      case .border(let border):
        proved[index + 1] = border.value == .zeros && proved[planned.inputs[0]]
      case .pooling(let pooling):
        proved[index + 1] = proved[slotInside(planned.inputs[0], before: pooling)]
      case .dropout, .flatten, .add, .concat, .multiply:
        proved[index + 1] = planned.inputs.allSatisfy { proved[$0] }
      }
    }
    return proved
  }

  /// The slot of what a pool sees inside a border that never wins, else the slot that it reads.
  private func slotInside(_ slot: Int, before pooling: Pooling) -> Int {
    guard slot > 0, case .border(let border) = nodes[slot - 1].kernel, border.value == .lowest,
      pooling.kind == .max, pooling.padding == Extent(0),
      max(border.padding.top, border.padding.bottom) < pooling.kernel.height,
      max(border.padding.left, border.padding.right) < pooling.kernel.width
    else { return slot }
    return nodes[slot - 1].inputs[0]
  }

  /// The convolutions and dense layers that no other one precedes.
  var firstAffineNodes: Set<Int> {
    var follows = Array(repeating: false, count: nodes.count + 1)
    var first: Set<Int> = []
    for (index, planned) in nodes.enumerated() {
      let isAffected = planned.inputs.contains { follows[$0] }
      switch planned.kernel {
      case .convolution, .dense:
        if !isAffected { first.insert(index) }
        follows[index + 1] = true
      default: follows[index + 1] = isAffected
      }
    }
    return first
  }

  /// Whether nothing but a ReLU reads what a convolution or dense layer, with its merged batch norm,
  /// computes.
  func isRectified(after index: Int) -> Bool {
    let slot = (mergedNorms[index] ?? index) + 1
    guard readers[slot] == 1, let reader = nodes.first(where: { $0.inputs.contains(slot) }) else {
      return false
    }
    if case .relu = reader.kernel { return true }
    return false
  }

  /// Which input of a product carries the signal; the other one is its gate.
  ///
  /// - Throws: `NetworkError` where neither has one factor a channel and not exactly one comes from
  ///   a sigmoid, so that there is no telling.
  func signal(of planned: PlannedNode, _ product: Multiplication) throws -> Int {
    if product.isChannelwise { return product.signal }
    let gates = planned.inputs.map { slot in
      guard slot > 0 else { return false }
      switch nodes[slot - 1].kernel {
      case .function(.sigmoid), .function(.named(.hardSigmoid)): return true
      default: return false
      }
    }
    guard gates[0] != gates[1] else {
      throw NetworkError(
        .graph,
        "relevance cannot pass the product '\(planned.node.name)': neither or both of its inputs"
          + " come from a sigmoid, so that no one of them is the gate of the other")
    }
    return gates[0] ? 1 : 0
  }

  /// The batch norms that are merged into the layer before them, by that layer's node.
  ///
  /// Merged is what follows a convolution or dense layer whose output nobody else reads.
  var mergedNorms: [Int: Int] {
    var merged: [Int: Int] = [:]
    for (index, planned) in nodes.enumerated() {
      guard case .batchNorm = planned.kernel, planned.inputs[0] > 0, readers[planned.inputs[0]] == 1
      else { continue }
      let source = planned.inputs[0] - 1
      switch nodes[source].kernel {
      case .convolution, .dense: merged[source] = index
      default: break
      }
    }
    return merged
  }
}

/// A map of each channel by itself: x · scale + shift.
struct ChannelMap {
  let scale: [Float]
  let shift: [Float]

  /// What a batch norm does at inference, or a scale, which has no statistics.
  init(_ norm: BatchNormalisation, prefix: String, parameters: Parameters) {
    let channels = norm.shape.channels
    let values = { (suffix: String, missing: Float) in
      parameters["\(prefix).\(suffix)"]?.values ?? Array(repeating: missing, count: channels)
    }
    let (weight, bias) = (values("weight", 1), values("bias", 0))
    let (mean, variance) = (values("running_mean", 0), values("running_var", 1))
    var (scale, shift): ([Float], [Float]) = ([], [])
    for channel in 0..<channels {
      let factor =
        Double(weight[channel]) / (Double(variance[channel]) + norm.epsilon).squareRoot()
      scale.append(Float(factor))
      shift.append(Float(Double(bias[channel]) - Double(mean[channel]) * factor))
    }
    (self.scale, self.shift) = (scale, shift)
  }

  /// The weights and bias of a layer that does what the given one and then this map do.
  func merged(into weight: [Float], bias: [Float]?) -> (weight: [Float], bias: [Float]) {
    let rowLength = weight.count / scale.count
    var changed = weight
    for index in changed.indices { changed[index] *= scale[index / rowLength] }
    let moved = scale.indices.map { (bias?[$0] ?? 0) * scale[$0] + shift[$0] }
    return (changed, moved)
  }
}
