import Compute

extension ONNXLowering {
  /// The value of a node all of whose inputs are constant.
  func folded(_ node: ONNXNode, _ operation: ONNXOperator) throws -> ONNXConstant {
    switch operation {
    case .constant: return try literal(node)
    case .constantOfShape: return try filled(node)
    case .identity: return try constant(node, 0)
    case .cast: return try converted(node)
    case .shape: return ONNXConstant(list: slice(node, of: try constant(node, 0).dims))
    case .reshape, .flatten, .squeeze, .unsqueeze:
      var x = try constant(node, 0)
      x.dims = try newDims(node, operation, from: x.dims)
      return x
    case .transpose:
      let x = try constant(node, 0)
      try storage.spend(x.count)
      let order = node.integers("perm") ?? Array(x.dims.indices.reversed())
      guard let result = x.transposed(order) else {
        throw node.problem("has the impossible order \(order.prefix(8))")
      }
      return result
    case .gather: return try gathered(node)
    case .slice: return try sliced(node)
    case .concat: return try joined(node)
    case .reduceProd:
      let x = try constant(node, 0)
      guard x.dims.count == 1, let numbers = x.integers else {
        throw node.problem("is supported for lists of whole numbers only")
      }
      let product = try ONNXTensor.count(of: numbers, name: node.name)
      return ONNXConstant(
        dims: node.integer("keepdims") == 0 ? [] : [1], values: .integers([product]))
    case .add, .sub, .mul, .div: return try computed(node, operation)
    case .sqrt:
      let x = try constant(node, 0)
      return ONNXConstant(dims: x.dims, values: .floats(x.floats.map { $0.squareRoot() }))
    default:
      throw node.problem("has constant inputs only, which is not supported for this operator")
    }
  }

  /// Shape of a value, or of a part of its axes (opset 15).
  func shapeValues(_ node: ONNXNode) throws -> [Int] {
    slice(node, of: try feature(node, 0).dims(batch: batch))
  }

  private func slice(_ node: ONNXNode, of dims: [Int]) -> [Int] {
    let place = { (value: Int) in min(max(value < 0 ? value &+ dims.count : value, 0), dims.count) }
    let (start, end) = (place(node.integer("start") ?? 0), node.integer("end").map(place))
    return start < end ?? dims.count ? Array(dims[start..<(end ?? dims.count)]) : []
  }

  private func literal(_ node: ONNXNode) throws -> ONNXConstant {
    if let tensor = node.attributes["value"]?.tensor {
      return try tensor.constant(from: storage)
    }
    if let value = node.float("value_float") {
      return ONNXConstant(dims: [], values: .floats([value]))
    }
    if let value = node.integer("value_int") {
      return ONNXConstant(dims: [], values: .integers([value]))
    }
    if let values = node.attributes["value_floats"]?.floats {
      return ONNXConstant(dims: [values.count], values: .floats(values))
    }
    if let values = node.integers("value_ints") { return ONNXConstant(list: values) }
    throw node.problem("holds no number")
  }

  private func filled(_ node: ONNXNode) throws -> ONNXConstant {
    guard let dims = try constant(node, 0).integers, dims.count <= ONNXTensor.largestRank else {
      throw node.problem("needs a shape")
    }
    let count = try ONNXTensor.count(of: dims, name: node.name)
    try storage.spend(count)
    let value = try node.attributes["value"]?.tensor?.constant(from: storage)
    if let whole = value?.integers?.first {
      return ONNXConstant(dims: dims, values: .integers(Array(repeating: whole, count: count)))
    }
    return ONNXConstant(
      dims: dims, values: .floats(Array(repeating: value?.scalar ?? 0, count: count)))
  }

  private func converted(_ node: ONNXNode) throws -> ONNXConstant {
    guard let type = ONNXElementType(rawValue: node.integer("to") ?? 0) else {
      throw node.problem("turns numbers into a type that is not supported")
    }
    let x = try constant(node, 0)
    switch (x.values, type.isFloat) {
    case (.integers(let values), true):
      return ONNXConstant(dims: x.dims, values: .floats(values.map { Float($0) }))
    case (.floats(let values), false):
      let whole = values.compactMap { Int(exactly: $0.rounded(.towardZero)) }
      guard whole.count == values.count else {
        throw node.problem("turns numbers into whole ones that are too large")
      }
      return ONNXConstant(dims: x.dims, values: .integers(whole))
    default: return x
    }
  }

  private func gathered(_ node: ONNXNode) throws -> ONNXConstant {
    let (x, indices) = (try constant(node, 0), try constant(node, 1))
    guard x.dims.count == 1, [0, -1].contains(node.integer("axis") ?? 0),
      let asked = indices.integers
    else { throw node.problem("is supported for lists only") }
    let places = asked.map { $0 < 0 ? $0 &+ x.count : $0 }
    guard places.allSatisfy((0..<x.count).contains) else {
      throw node.problem("asks for place \(asked.prefix(4)) of \(x.count)")
    }
    try storage.spend(places.count)
    return x.selecting(places, dims: indices.dims)
  }

  /// A part along one axis; PyTorch turns the pads of a Pad node round with it.
  private func sliced(_ node: ONNXNode) throws -> ONNXConstant {
    let x = try constant(node, 0)
    let starts = try optionalConstant(node, 1)?.integers ?? node.integers("starts") ?? []
    let ends = try optionalConstant(node, 2)?.integers ?? node.integers("ends") ?? []
    let axes = try optionalConstant(node, 3)?.integers ?? node.integers("axes") ?? [0]
    let steps = try optionalConstant(node, 4)?.integers ?? [1]
    let axis = axes.first.map { $0 < 0 ? $0 &+ x.dims.count : $0 } ?? 0
    guard [starts, ends, axes, steps].allSatisfy({ $0.count == 1 }), [1, -1].contains(steps[0]),
      x.dims.indices.contains(axis)
    else { throw node.problem("is supported along one axis of a constant, in steps of 1 or −1") }
    let side = x.dims[axis]
    let place = { (value: Int) in value < 0 ? max(value &+ side, -1) : value }
    let rows: [Int]
    if steps[0] > 0 {
      let (start, end) = (min(max(place(starts[0]), 0), side), min(max(place(ends[0]), 0), side))
      rows = Array(start..<max(start, end))
    } else {
      let (start, end) = (min(place(starts[0]), side - 1), min(place(ends[0]), side - 1))
      rows = stride(from: start, to: end, by: -1).map { $0 }
    }
    let inner = x.dims[(axis + 1)...].reduce(1, *)
    let outer = x.dims[..<axis].reduce(1, *)
    try storage.spend(x.count)
    let places = (0..<outer).flatMap { block in
      rows.flatMap { row in (0..<inner).map { (block * side + row) * inner + $0 } }
    }
    var dims = x.dims
    dims[axis] = rows.count
    return x.selecting(places, dims: dims)
  }

  private func joined(_ node: ONNXNode) throws -> ONNXConstant {
    let parts = try node.inputs.indices.map { try constant(node, $0) }
    guard parts.allSatisfy({ $0.dims.count == 1 }) else {
      throw node.problem("is supported for constant lists only")
    }
    try storage.spend(parts.reduce(0) { $0 + $1.count })
    let whole = parts.compactMap(\.integers)
    if whole.count == parts.count { return ONNXConstant(list: whole.flatMap { $0 }) }
    let floats = parts.flatMap(\.floats)
    return ONNXConstant(dims: [floats.count], values: .floats(floats))
  }

  /// Arithmetic of constants of equal shape, or with one number.
  private func computed(_ node: ONNXNode, _ operation: ONNXOperator) throws -> ONNXConstant {
    let (a, b) = (try constant(node, 0), try constant(node, 1))
    guard a.dims == b.dims || a.count == 1 || b.count == 1 else {
      throw node.problem("combines constants of shapes \(a.dims) and \(b.dims)")
    }
    let dims = a.count == 1 && b.count != 1 || b.dims.count > a.dims.count ? b.dims : a.dims
    let count = max(a.count == 1 ? 1 : a.count, b.count == 1 ? 1 : b.count)
    guard count == dims.reduce(1, *) else { throw node.problem("combines empty constants") }
    try storage.spend(count)
    if let left = a.integers, let right = b.integers {
      let results = (0..<count).compactMap { place in
        ONNXLowering.whole(
          left[left.count == 1 ? 0 : place], operation, right[right.count == 1 ? 0 : place])
      }
      guard results.count == count else { throw node.problem("leaves the whole numbers") }
      return ONNXConstant(dims: dims, values: .integers(results))
    }
    let (left, right) = (a.floats, b.floats)
    return ONNXConstant(
      dims: dims,
      values: .floats(
        (0..<count).map { place in
          let (x, y) = (left[left.count == 1 ? 0 : place], right[right.count == 1 ? 0 : place])
          return switch operation {
          case .add: x + y
          case .sub: x - y
          case .mul: x * y
          default: x / y
          }
        }))
  }

  /// A result, nil if it overflows or is a quotient by zero.
  private static func whole(_ x: Int, _ operation: ONNXOperator, _ y: Int) -> Int? {
    let (value, overflows) =
      switch operation {
      case .add: x.addingReportingOverflow(y)
      case .sub: x.subtractingReportingOverflow(y)
      case .mul: x.multipliedReportingOverflow(by: y)
      default: x.dividedReportingOverflow(by: y)
      }
    return overflows ? nil : value
  }
}
