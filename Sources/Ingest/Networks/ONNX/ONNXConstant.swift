/// A constant of the graph, read or computed: float32 or whole numbers, row-major.
struct ONNXConstant {
  /// The numbers.
  enum Values {
    case floats([Float])
    case integers([Int])
  }

  var dims: [Int]
  let values: Values

  /// A constant; `values` must hold as many numbers as `dims` says.
  init(dims: [Int], values: Values) {
    self.dims = dims
    self.values = values
  }

  /// A list of whole numbers.
  init(list: [Int]) { self.init(dims: [list.count], values: .integers(list)) }

  /// How many numbers there are.
  var count: Int {
    switch values {
    case .floats(let values): values.count
    case .integers(let values): values.count
    }
  }

  /// The numbers as floats.
  var floats: [Float] {
    switch values {
    case .floats(let values): values
    case .integers(let values): values.map { Float($0) }
    }
  }

  /// The numbers, if they are whole by type.
  var integers: [Int]? {
    if case .integers(let values) = values { values } else { nil }
  }

  /// The only number, nil if there are more.
  var scalar: Float? { count == 1 ? floats.first : nil }

  /// The numbers at these places, in the order asked for, with new sides.
  func selecting(_ places: [Int], dims: [Int]) -> ONNXConstant {
    switch values {
    case .floats(let values):
      ONNXConstant(dims: dims, values: .floats(places.map { values[$0] }))
    case .integers(let values):
      ONNXConstant(dims: dims, values: .integers(places.map { values[$0] }))
    }
  }

  /// The axes in another order: axis i of the result is axis `order[i]` of this.
  ///
  /// - Parameter order: Each axis once.
  /// - Returns: The transposed constant, nil if `order` is none.
  func transposed(_ order: [Int]) -> ONNXConstant? {
    guard order.sorted() == Array(dims.indices) else { return nil }
    switch values {
    case .floats(let values):
      return ONNXConstant(
        dims: order.map { dims[$0] }, values: .floats(reordered(values, by: order)))
    case .integers(let values):
      return ONNXConstant(
        dims: order.map { dims[$0] }, values: .integers(reordered(values, by: order)))
    }
  }

  private func reordered<Number>(_ values: [Number], by order: [Int]) -> [Number] {
    var strides = dims
    var step = 1
    for axis in dims.indices.reversed() {
      strides[axis] = step
      step *= dims[axis]
    }
    guard let inner = order.last, !values.isEmpty else { return values }
    let (side, stride) = (dims[inner], strides[inner])
    // One line of the innermost new axis at a time; the outer axes count like an odometer.
    var counters = order.dropLast().map { _ in 0 }
    var start = 0
    var result: [Number] = []
    result.reserveCapacity(values.count)
    while result.count < values.count {
      for position in 0..<side { result.append(values[start + position * stride]) }
      for (place, axis) in order.dropLast().enumerated().reversed() {
        counters[place] += 1
        start += strides[axis]
        if counters[place] < dims[axis] { break }
        counters[place] = 0
        start -= dims[axis] * strides[axis]
      }
    }
    return result
  }
}
