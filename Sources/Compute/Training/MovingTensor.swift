/// A tensor that training changes: a learnt one, or a running statistic without gradient.
struct MovingTensor {
  /// The name among the parameters.
  let name: String
  /// The numbers, arranged for computing.
  let value: FloatBuffer
  /// Where the backward pass leaves the gradient, arranged likewise; nil for a statistic.
  let gradient: FloatBuffer?
  /// The shape of the tensor.
  let shape: [Int]
  private let suffix: String
  private let owner: NodeParameters

  /// The tensors of all trainable nodes of a network, in order.
  static func all(of network: TrainingNetwork) -> [MovingTensor] {
    network.plan.nodes.indices.flatMap { index -> [MovingTensor] in
      guard let owner = network.parameters[index], let gradients = network.gradients[index] else {
        return []
      }
      let node = network.plan.nodes[index].node
      let shapes = Dictionary(
        uniqueKeysWithValues: network.plan.graph.parameterShapes(of: node).map {
          ($0.name, $0.shape)
        })
      return owner.buffers.map { suffix, buffer in
        let name = "\(node.parameterPrefix).\(suffix)"
        let gradient: FloatBuffer? =
          switch suffix {
          case "weight": gradients.weight
          case "bias": gradients.bias
          default: nil
          }
        return MovingTensor(
          name: name, value: buffer, gradient: gradient, shape: shapes[name] ?? [buffer.count],
          suffix: suffix, owner: owner)
      }
    }
  }

  /// Numbers arranged like the value, as a tensor in PyTorch's layout.
  func tensor(_ buffer: FloatBuffer) -> Tensor {
    Tensor(shape: shape, values: owner.canonical(buffer, suffix))
  }

  /// Takes a tensor of the same shape into `buffer`.
  func take(_ tensor: Tensor, into buffer: FloatBuffer) {
    owner.arrange(tensor.values, suffix, into: buffer)
  }
}
