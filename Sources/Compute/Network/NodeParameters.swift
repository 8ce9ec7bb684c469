/// The parameters of one node, arranged for computing.
///
/// Not Sendable: a training run changes them. Whoever shares them must not write.
final class NodeParameters {
  /// Convolution and dense weights, or one factor a channel; nil once `keepArranged` was called
  /// for a convolution.
  private(set) var weight: FloatBuffer?
  /// The bias; nil where the parameters have none.
  let bias: FloatBuffer?
  /// Running mean and variance of batch norm.
  let running: (mean: FloatBuffer, variance: FloatBuffer)?
  private let planned: PlannedNode
  // A convolution's weights as `Convolution.forward` takes them, and whether they are those of now.
  private var arranged: FloatBuffer?
  private var isArranged = false

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
    case .dense, .scale:
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

  /// A convolution's weights as `Convolution.forward` takes them, arranged once for as long as
  /// nobody says `weightChanged`.
  func arranged(for convolution: Convolution, workers: Workers) -> FloatBuffer {
    if let arranged, isArranged { return arranged }
    let buffer = arranged ?? FloatBuffer(count: convolution.arrangedCount)
    if let weight { convolution.arrange(weight.start, into: buffer.start, workers: workers) }
    (arranged, isArranged) = (buffer, true)
    return buffer
  }

  /// Has to be said when the weights were written to.
  func weightChanged() { isArranged = false }

  /// Arranges a convolution's weights now and lets go of everything else.
  func keepArranged(workers: Workers) {
    guard case .convolution(let convolution) = planned.kernel else { return }
    _ = arranged(for: convolution, workers: workers)
    weight = nil
  }

  /// Output channels of the node, which is how many biases it may have.
  var outputs: Int { planned.output.channels }

  /// The parameters there are, by suffix, in the order in which they are stored.
  var buffers: [(suffix: String, buffer: FloatBuffer)] {
    var result: [(suffix: String, buffer: FloatBuffer)] = []
    if let weight { result.append(("weight", weight)) }
    if let bias { result.append(("bias", bias)) }
    if let running {
      result.append(("running_mean", running.mean))
      result.append(("running_var", running.variance))
    }
    return result
  }

  /// Numbers arranged like the parameter of that suffix, in PyTorch's layout.
  func canonical(_ buffer: FloatBuffer, _ suffix: String) -> [Float] {
    if case .convolution(let convolution) = planned.kernel, suffix == "weight" {
      return convolution.unpack(buffer.start)
    }
    return buffer.values(buffer.count)
  }

  /// The inverse of `canonical`.
  func arrange(_ values: [Float], _ suffix: String, into buffer: FloatBuffer) {
    precondition(values.count == buffer.count, "\(suffix) needs \(buffer.count) numbers")
    if case .convolution(let convolution) = planned.kernel, suffix == "weight" {
      return convolution.pack(values, into: buffer.start)
    }
    values.withUnsafeBufferPointer { source in
      if let base = source.baseAddress { buffer.start.update(from: base, count: source.count) }
    }
  }
}

extension PlannedNode {
  /// Whether the node owns parameters.
  var isLearnt: Bool {
    switch kernel {
    case .convolution, .dense, .batchNorm, .scale: true
    default: false
    }
  }
}
