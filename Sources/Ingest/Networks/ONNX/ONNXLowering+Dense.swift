import Compute

extension ONNXLowering {
  /// Gemm and MatMul with a constant matrix.
  mutating func dense(_ node: ONNXNode) throws -> ONNXFeature {
    let x = try feature(node, 0)
    let matrix = try constant(node, 1)
    let isGemm = node.kind == "Gemm"
    let isTransposed = isGemm && node.integer("transB") ?? 0 != 0
    guard x.shape.pixels == 1, x.axes.last == .channel, !isGemm || x.axes.count == 2,
      !isGemm || node.integer("transA") ?? 0 == 0
    else { throw node.problem("needs one vector a sample as its first input") }
    guard matrix.dims.count == 2, matrix.dims[isTransposed ? 1 : 0] == x.shape.channels else {
      throw node.problem(
        "has a matrix of shape \(matrix.dims) for \(x.shape.channels) numbers a sample")
    }
    let outputs = matrix.dims[isTransposed ? 0 : 1]
    let alpha = isGemm ? node.float("alpha") ?? 1 : 1
    try storage.spend(matrix.count)
    let weight = Tensor(
      shape: [outputs, x.shape.channels],
      values: ONNXLowering.arranged(
        matrix.floats, outputs: outputs, inputs: x.shape.channels, isTransposed: isTransposed,
        order: x.order, alpha: alpha))
    var parameters = [(suffix: "weight", tensor: weight)]
    if isGemm, let added = try optionalConstant(node, 2) {
      let beta = node.float("beta") ?? 1
      let target = ONNXFeature(
        step: x.step, shape: Shape(channels: outputs), axes: ONNXFeature.vector)
      try storage.spend(outputs)
      guard let bias = target.channelwise(added) else {
        throw node.problem("adds a constant of shape \(added.dims) to \(outputs) outputs")
      }
      parameters.append(("bias", Tensor(shape: [outputs], values: bias.map { $0 * beta })))
    }
    var result = try append(.dense(outputs: outputs), to: x, node, parameters: parameters)
    result.channelsLast = nil
    noteBiasable(node, result, parameters.count)
    return result
  }

  /// A matrix as Lethe has it: [outputs, inputs], inputs in channels-first order.
  ///
  /// - Parameters:
  ///   - matrix: The file's numbers.
  ///   - outputs: Rows of the result.
  ///   - inputs: Columns of the result.
  ///   - isTransposed: Whether the file has [outputs, inputs], not [inputs, outputs].
  ///   - order: For each input of the result, the input of the file.
  ///   - alpha: Multiplies every number.
  /// - Returns: outputs × inputs numbers.
  private static func arranged(
    _ matrix: [Float], outputs: Int, inputs: Int, isTransposed: Bool, order: [Int]?, alpha: Float
  ) -> [Float] {
    if isTransposed, order == nil, alpha == 1 { return matrix }
    return [Float](unsafeUninitializedCapacity: outputs * inputs) { target, filled in
      // Inputs outside, so that a matrix [inputs, outputs] is read line by line.
      for input in 0..<inputs {
        let source = order?[input] ?? input
        for output in 0..<outputs {
          let place = isTransposed ? output * inputs + source : source * outputs + output
          target.initializeElement(at: output * inputs + input, to: matrix[place] * alpha)
        }
      }
      filled = outputs * inputs
    }
  }

  /// Reshape, Flatten, Squeeze and Unsqueeze.
  mutating func reshape(_ node: ONNXNode, _ operation: ONNXOperator) throws -> ONNXFeature {
    var x = try feature(node, 0)
    let dims = x.dims(batch: batch)
    let target = try newDims(node, operation, from: dims)
    guard x.channelsLast == nil || target == dims,
      let made = x.reshaped(to: target, batch: batch)
    else {
      throw node.problem(
        "makes \(target) of \(dims): supported are vectors of whole maps, and axes of length 1")
    }
    // As in Lethe's own networks, a map becomes a vector by a node of its own, but for means.
    if made.isFlattened || x.axes.count == 4 && made.axes.count == 2 && !isMean(x.step) {
      let map = x.shape
      let isLast = x.flattensChannelsLast
      x = try append(.flatten, to: x, node)
      x.channelsLast = isLast ? map : nil
    }
    x.axes = made.axes
    return x
  }

  private func isMean(_ step: Int) -> Bool {
    step >= 0 && draft.steps[step].operation == .globalAveragePool
  }

  /// Transpose: only the names of the axes change.
  func transpose(_ node: ONNXNode) throws -> ONNXFeature {
    var x = try feature(node, 0)
    let order = node.integers("perm") ?? Array(x.axes.indices.reversed())
    guard order.sorted() == Array(x.axes.indices), order.first == 0 else {
      throw node.problem("has the order \(order.prefix(8)); the batch must stay first")
    }
    x.axes = order.map { x.axes[$0] }
    return x
  }

  /// The sides that a reshaping node asks for.
  func newDims(
    _ node: ONNXNode, _ operation: ONNXOperator, from dims: [Int]
  ) throws -> [Int] {
    switch operation {
    case .flatten:
      let axis = node.integer("axis") ?? 1
      let split = axis < 0 ? axis &+ dims.count : axis
      guard (0...dims.count).contains(split) else { throw node.problem("has the axis \(axis)") }
      return try [dims[..<split], dims[split...]].map {
        try ONNXTensor.count(of: Array($0), name: node.name)
      }
    case .squeeze, .unsqueeze:
      let given = try optionalConstant(node, 1)?.integers ?? node.integers("axes")
      return try operation == .squeeze
        ? squeezed(node, dims, axes: given) : unsqueezed(node, dims, axes: given ?? [])
    default:
      guard let shape = try optionalConstant(node, 1)?.integers ?? node.integers("shape"),
        shape.count <= ONNXTensor.largestRank
      else { throw node.problem("lacks its new shape") }
      return try resolved(node, shape, from: dims)
    }
  }

  private func squeezed(_ node: ONNXNode, _ dims: [Int], axes: [Int]?) throws -> [Int] {
    let gone = Set(axes.map { $0.map { $0 < 0 ? $0 &+ dims.count : $0 } } ?? [])
    guard gone.allSatisfy({ dims.indices.contains($0) && dims[$0] == 1 }) else {
      throw node.problem("cannot take the axes \(axes?.prefix(8) ?? []) from \(dims)")
    }
    return dims.indices.filter { axes == nil ? dims[$0] != 1 : !gone.contains($0) }.map { dims[$0] }
  }

  private func unsqueezed(_ node: ONNXNode, _ dims: [Int], axes: [Int]) throws -> [Int] {
    let rank = dims.count + axes.count
    let new = Set(axes.map { $0 < 0 ? $0 &+ rank : $0 })
    guard rank <= ONNXTensor.largestRank, new.count == axes.count,
      new.allSatisfy((0..<rank).contains)
    else { throw node.problem("cannot put the axes \(axes.prefix(8)) into \(dims)") }
    var old = dims[...]
    return (0..<rank).map { new.contains($0) ? 1 : old.popFirst() ?? 1 }
  }

  private func resolved(_ node: ONNXNode, _ shape: [Int], from dims: [Int]) throws -> [Int] {
    let keepsZeros = node.integer("allowzero") == 1
    let total = try ONNXTensor.count(of: dims, name: node.name)
    var sides = shape.enumerated().map { axis, side in
      side == 0 && !keepsZeros && axis < dims.count ? dims[axis] : side
    }
    if let free = sides.firstIndex(of: -1) {
      sides[free] = 1
      let rest = try ONNXTensor.count(of: sides, name: node.name)
      guard rest > 0, total % rest == 0 else {
        throw node.problem("cannot make \(shape) of \(dims)")
      }
      sides[free] = total / rest
    }
    guard try ONNXTensor.count(of: sides, name: node.name) == total else {
      throw node.problem("cannot make \(shape) of \(dims)")
    }
    return sides
  }
}
