/// What a node does to its input.
///
/// Geometry follows PyTorch: an output side is ⌊(input + 2·padding − kernel) / stride⌋ + 1.
public enum Operation: Codable, Sendable, Hashable {
  /// Cross-correlation with learnt kernels, plus a bias where the parameters hold one.
  case convolution(outputs: Int, kernel: Extent, stride: Extent, padding: Extent, groups: Int)
  /// max(x, 0).
  case relu
  /// The largest value of each window; padding never wins.
  case maxPool(kernel: Extent, stride: Extent, padding: Extent)
  /// The mean of each window; padding counts as zeros.
  case averagePool(kernel: Extent, stride: Extent, padding: Extent)
  /// The mean of each channel.
  case globalAveragePool
  /// Batch normalisation with running statistics (Ioffe & Szegedy 2015).
  case batchNorm(epsilon: Double)
  /// While training, zeroes values with this probability and scales the rest by 1 / (1 − p).
  case dropout(probability: Double)
  /// One vector a sample, in channels-first order.
  case flatten
  /// Affine map of a vector, with a bias where the parameters hold one.
  case dense(outputs: Int)
  /// exp(x) / Σ exp(x) over the channels of each pixel.
  case softmax
  /// The sum of two inputs of equal shape.
  case add
  /// A border around the input, which pools and convolutions of unequal padding need.
  case pad(padding: Padding, value: PadValue)
  /// The mean of what lies inside the input in each window; an output side is
  /// ⌊(input + padding on both sides − kernel) / stride⌋ + 1.
  case averagePoolExcludingPadding(kernel: Extent, stride: Extent, padding: Padding)
  /// The channels of two or more inputs of equal height and width, one after the other.
  case concat
  /// 1 / (1 + exp(−x)).
  case sigmoid
  /// min(max(x, low), high); a bound may be absent.
  case clip(low: Double?, high: Double?)
  /// x where it is positive, slope · x elsewhere.
  case leakyRelu(slope: Double)
  /// weight · x + bias, with one learnt weight and bias a channel.
  case scale
  /// The product of two inputs of equal shape, or of an input and one factor a channel.
  case multiply
  /// A function of each number by itself.
  case activation(kind: Nonlinearity)
}

extension Operation {
  /// The operation in one word, as tables show it.
  public var kind: String {
    switch self {
    case .convolution: "convolution"
    case .relu: "relu"
    case .maxPool: "max_pool"
    case .averagePool: "average_pool"
    case .globalAveragePool: "global_average_pool"
    case .batchNorm: "batch_norm"
    case .dropout: "dropout"
    case .flatten: "flatten"
    case .dense: "dense"
    case .softmax: "softmax"
    case .add: "add"
    case .pad: "pad"
    case .averagePoolExcludingPadding: "average_pool"
    case .concat: "concat"
    case .sigmoid: "sigmoid"
    case .clip: "clip"
    case .leakyRelu: "leaky_relu"
    case .scale: "scale"
    case .multiply: "multiply"
    case .activation(let kind): kind.rawValue
    }
  }

  /// How many inputs the operation takes.
  var inputCounts: ClosedRange<Int> {
    switch self {
    case .add, .multiply: 2...2
    case .concat: 2...1_024
    default: 1...1
    }
  }

  /// The shape of the output for these input shapes, which must be sensible themselves.
  ///
  /// - Parameter inputs: As many shapes as `inputCounts` allows.
  /// - Returns: The shape, which may still be too large.
  /// - Throws: A plain reason (`OperationProblem`) where the numbers cannot be.
  func outputShape(of inputs: [Shape]) throws -> Shape {
    let input = inputs[0]
    switch self {
    case .convolution(let outputs, let kernel, let stride, let padding, let groups):
      let sides = try slide(over: input, kernel, stride, padding)
      try require(outputs > 0 && groups > 0, "outputs and groups must be positive")
      try require(
        input.channels % groups == 0 && outputs % groups == 0,
        "\(groups) groups do not divide \(input.channels) inputs and \(outputs) outputs")
      return Shape(channels: outputs, height: sides.height, width: sides.width)
    case .maxPool(let kernel, let stride, let padding),
      .averagePool(let kernel, let stride, let padding):
      let sides = try slide(over: input, kernel, stride, padding)
      try require(
        padding.height <= kernel.height / 2 && padding.width <= kernel.width / 2,
        "the padding of a pool is at most half its kernel")
      return Shape(channels: input.channels, height: sides.height, width: sides.width)
    case .globalAveragePool: return Shape(channels: input.channels)
    case .batchNorm(let epsilon):
      try require(epsilon > 0 && epsilon.isFinite, "epsilon must be positive")
      return input
    case .dropout(let probability):
      try require(probability >= 0 && probability < 1, "the probability must be in 0..<1")
      return input
    case .flatten: return Shape(channels: input.count)
    case .dense(let outputs):
      try require(outputs > 0, "outputs must be positive")
      try require(input.pixels == 1, "a dense layer needs a vector; put flatten before it")
      return Shape(channels: outputs)
    case .add:
      try require(inputs[0] == inputs[1], "cannot add \(inputs[0]) and \(inputs[1])")
      return input
    case .pad, .averagePoolExcludingPadding:
      return try borderedShape(of: input)
    case .concat, .multiply: return try joinedShape(of: inputs)
    case .clip(let low, let high):
      try require(
        (low ?? 0).isFinite && (high ?? 0).isFinite && low ?? high ?? 0 <= high ?? low ?? 0,
        "the bounds must be finite numbers, the low one first")
      return input
    case .leakyRelu(let slope):
      try require(slope.isFinite, "the slope must be finite")
      return input
    case .relu, .softmax, .sigmoid, .scale, .activation: return input
    }
  }

  /// Shapes of the learnt tensors by suffix, in order; `input` is the shape that comes in.
  func parameterShapes(input: Shape) -> [(suffix: String, shape: [Int])] {
    switch self {
    case .convolution(let outputs, let kernel, _, _, let groups):
      [
        ("weight", [outputs, input.channels / groups, kernel.height, kernel.width]),
        ("bias", [outputs]),
      ]
    case .dense(let outputs): [("weight", [outputs, input.channels]), ("bias", [outputs])]
    case .batchNorm:
      ["weight", "bias", "running_mean", "running_var"].map { ($0, [input.channels]) }
    case .scale: [("weight", [input.channels]), ("bias", [input.channels])]
    default: []
    }
  }
}

/// Why an operation cannot be applied, without the node's name.
struct OperationProblem: Error {
  let reason: String
}

/// Throws the reason if a condition fails.
func require(_ condition: Bool, _ reason: @autoclosure () -> String) throws {
  if !condition { throw OperationProblem(reason: reason()) }
}

private func slide(
  over input: Shape, _ kernel: Extent, _ stride: Extent, _ padding: Extent
) throws -> Extent {
  try requireSensible(kernel, stride)
  try require(
    (0..<kernel.height).contains(padding.height) && (0..<kernel.width).contains(padding.width),
    "the padding must be smaller than the kernel")
  let height = input.height + 2 * padding.height - kernel.height
  let width = input.width + 2 * padding.width - kernel.width
  try require(height >= 0 && width >= 0, "the kernel is larger than the padded input \(input)")
  return Extent(height: height / stride.height + 1, width: width / stride.width + 1)
}

/// Throws unless the sides of a window and its stride are numbers that a network may have.
func requireSensible(_ kernel: Extent, _ stride: Extent) throws {
  let sides = 1...Padding.largestSide
  for extent in [kernel, stride] {
    try require(
      sides.contains(extent.height) && sides.contains(extent.width),
      "kernel and stride must be in \(sides)")
  }
}
