extension Operation {
  /// The shape behind a border, or behind a pool that has one.
  ///
  /// - Parameter input: The shape that comes in.
  /// - Returns: The shape, which may still be too large.
  /// - Throws: `OperationProblem` where the numbers cannot be.
  func borderedShape(of input: Shape) throws -> Shape {
    switch self {
    case .pad(let padding, _):
      let sides = 0...Padding.largestSide
      try require(
        padding.sides.allSatisfy { sides.contains($0) }, "a border has \(sides) pixels a side")
      return padding.around(input)
    case .averagePoolExcludingPadding(let kernel, let stride, let padding):
      try requireSensible(kernel, stride)
      // So every window sees a pixel of the input.
      try require(
        [padding.top, padding.bottom].allSatisfy { (0..<kernel.height).contains($0) }
          && [padding.left, padding.right].allSatisfy { (0..<kernel.width).contains($0) },
        "the padding must be smaller than the kernel")
      let height = input.height + padding.top + padding.bottom - kernel.height
      let width = input.width + padding.left + padding.right - kernel.width
      try require(height >= 0 && width >= 0, "the kernel is larger than the padded input \(input)")
      return Shape(
        channels: input.channels, height: height / stride.height + 1,
        width: width / stride.width + 1)
    default: return input
    }
  }

  /// The shape of inputs set side by side, or multiplied.
  ///
  /// - Parameter inputs: Two or more shapes.
  /// - Returns: The shape, which may still be too large.
  /// - Throws: `OperationProblem` where the shapes do not go together.
  func joinedShape(of inputs: [Shape]) throws -> Shape {
    let first = inputs[0]
    guard self == .multiply else {
      for other in inputs {
        try require(
          other.height == first.height && other.width == first.width,
          "cannot set \(first) beside \(other)")
      }
      return Shape(
        channels: inputs.reduce(0) { $0 + $1.channels }, height: first.height, width: first.width)
    }
    let second = inputs[1]
    if second == first || second == Shape(channels: first.channels) { return first }
    try require(
      first == Shape(channels: second.channels),
      "cannot multiply \(first) by \(second): it takes equal shapes, or one factor a channel")
    return second
  }
}

extension Padding {
  /// All four, from the top against the clock.
  fileprivate var sides: [Int] { [top, left, bottom, right] }
}
