/// A convolution or dense layer as a linear map that can be gone both ways, with any weights.
enum AffineLayer: Sendable {
  case convolution(Convolution)
  case dense(Dense)

  /// Output channels.
  var outputs: Int {
    switch self {
    case .convolution(let convolution): convolution.output.channels
    case .dense(let dense): dense.outputs
    }
  }

  /// Numbers in one input sample.
  var inputCount: Int {
    switch self {
    case .convolution(let convolution): convolution.input.count
    case .dense(let dense): dense.inputs
    }
  }

  /// Numbers in one output sample.
  var outputCount: Int {
    switch self {
    case .convolution(let convolution): convolution.output.count
    case .dense(let dense): dense.outputs
    }
  }
}
