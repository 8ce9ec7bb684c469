/// The parameters of one node, arranged for computing.
///
/// Not Sendable: a training run changes them. Whoever shares them must not write.
final class NodeParameters {
  /// Convolution and dense weights, or the scale of batch norm.
  let weight: FloatBuffer?
  /// The bias; nil where the parameters have none.
  let bias: FloatBuffer?
  /// Running mean and variance of batch norm.
  let running: (mean: FloatBuffer, variance: FloatBuffer)?
  private let planned: PlannedNode

  /// Takes a node's parameters, which `Graph.check` has passed, from `parameters`.
  init(_ planned: PlannedNode, from parameters: Parameters) {
    self.planned = planned
    let prefix = planned.node.parameterPrefix
    let buffer = { (suffix: String) in
      parameters["\(prefix).\(suffix)"].map { FloatBuffer($0.values) }
    }
    bias = planned.isLearnt ? buffer("bias") : nil
    switch planned.kernel {
    case .convolution(let convolution):
      let packed = FloatBuffer(count: convolution.weightCount)
      convolution.pack(parameters["\(prefix).weight"]?.values ?? [], into: packed.start)
      weight = packed
      running = nil
    case .dense:
      weight = buffer("weight")
      running = nil
    case .batchNorm:
      weight = buffer("weight")
      if let mean = buffer("running_mean"), let variance = buffer("running_var") {
        running = (mean, variance)
      } else {
        running = nil
      }
    default:
      weight = nil
      running = nil
    }
  }

  /// The parameters by suffix, in PyTorch's layouts.
  func export() -> [(suffix: String, values: [Float])] {
    var result: [(suffix: String, values: [Float])] = []
    if let weight {
      if case .convolution(let convolution) = planned.kernel {
        result.append(("weight", convolution.unpack(weight.start)))
      } else {
        result.append(("weight", weight.values(weight.count)))
      }
    }
    if let bias { result.append(("bias", bias.values(bias.count))) }
    if let running {
      result.append(("running_mean", running.mean.values(running.mean.count)))
      result.append(("running_var", running.variance.values(running.variance.count)))
    }
    return result
  }
}

extension PlannedNode {
  /// Whether the node owns parameters.
  var isLearnt: Bool {
    switch kernel {
    case .convolution, .dense, .batchNorm: true
    default: false
    }
  }
}
