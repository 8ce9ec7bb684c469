internal import Foundation

/// A function of each number by itself, with its derivative.
enum ScalarFunction: Sendable, Hashable {
  case sigmoid
  case clip(low: Float, high: Float)
  case leakyRelu(slope: Float)
  case named(Nonlinearity)

  /// y = f(x).
  func apply(
    _ x: UnsafePointer<Float>, into y: UnsafeMutablePointer<Float>, _ range: Range<Int>
  ) {
    switch self {
    case .sigmoid: map(x, y, range) { Scalar.sigmoid($0) }
    case .clip(let low, let high):
      map(x, y, range) { $0 < low ? low : $0 > high ? high : $0 }
    case .leakyRelu(let slope): map(x, y, range) { $0 < 0 ? slope * $0 : $0 }
    case .named(.elu): map(x, y, range) { $0 > 0 ? $0 : expm1($0) }
    case .named(.gelu): map(x, y, range) { $0 * Scalar.normal($0) }
    case .named(.geluTanh): map(x, y, range) { 0.5 * $0 * (1 + Scalar.geluTanh($0)) }
    case .named(.hardSigmoid): map(x, y, range) { Scalar.hardSigmoid($0) }
    case .named(.hardSwish): map(x, y, range) { $0 * Scalar.hardSigmoid($0) }
    case .named(.mish): map(x, y, range) { $0 * tanh(Scalar.softplus($0)) }
    case .named(.selu):
      map(x, y, range) { Scalar.seluScale * ($0 > 0 ? $0 : Scalar.seluAlpha * expm1($0)) }
    case .named(.softplus): map(x, y, range) { Scalar.softplus($0) }
    case .named(.swish): map(x, y, range) { $0 * Scalar.sigmoid($0) }
    case .named(.tanh): map(x, y, range) { tanh($0) }
    }
  }

  /// dx = dy · f′(x), in place of dy.
  func multiplyByDerivative(
    _ dy: UnsafeMutablePointer<Float>, at x: UnsafePointer<Float>, _ range: Range<Int>
  ) {
    let scale = { (derivative: (Float) -> Float) in
      for index in range { dy[index] *= derivative(x[index]) }
    }
    switch self {
    case .sigmoid: scale { Scalar.sigmoidSlope($0) }
    case .clip(let low, let high): scale { $0 < low || $0 > high ? 0 : 1 }
    case .leakyRelu(let slope): scale { $0 > 0 ? 1 : slope }
    case .named(.elu): scale { $0 > 0 ? 1 : exp($0) }
    case .named(.gelu): scale { Scalar.normal($0) + $0 * Scalar.density($0) }
    case .named(.geluTanh): scale { Scalar.geluTanhSlope($0) }
    case .named(.hardSigmoid): scale { abs($0) < 3 ? 1 / 6 : 0 }
    case .named(.hardSwish): scale { $0 <= -3 ? 0 : $0 >= 3 ? 1 : $0 / 3 + 0.5 }
    case .named(.mish): scale { Scalar.mishSlope($0) }
    case .named(.selu):
      scale { Scalar.seluScale * ($0 > 0 ? 1 : Scalar.seluAlpha * exp($0)) }
    case .named(.softplus): scale { Scalar.sigmoid($0) }
    case .named(.swish): scale { Scalar.sigmoid($0) + $0 * Scalar.sigmoidSlope($0) }
    case .named(.tanh):
      scale {
        let y = tanh($0)
        return 1 - y * y
      }
    }
  }

  /// Whether the function gives no negative number, or none for inputs that are not negative.
  func isNonNegative(ofNonNegative input: Bool) -> Bool {
    switch self {
    case .sigmoid, .named(.hardSigmoid), .named(.softplus): true
    case .clip(let low, let high): low >= 0 || (input && high >= 0)
    case .leakyRelu, .named: input
    }
  }

  @inline(__always)
  private func map(
    _ x: UnsafePointer<Float>, _ y: UnsafeMutablePointer<Float>, _ range: Range<Int>,
    _ function: (Float) -> Float
  ) {
    for index in range { y[index] = function(x[index]) }
  }
}

/// Functions of one number and their derivatives.
private enum Scalar {
  static let seluScale: Float = 1.050_700_987_355_480_5
  static let seluAlpha: Float = 1.673_263_242_354_377_3

  static func sigmoid(_ x: Float) -> Float { 1 / (1 + exp(-x)) }

  static func sigmoidSlope(_ x: Float) -> Float {
    let y = sigmoid(x)
    return y * (1 - y)
  }

  static func hardSigmoid(_ x: Float) -> Float { x <= -3 ? 0 : x >= 3 ? 1 : x / 6 + 0.5 }

  static func softplus(_ x: Float) -> Float { max(x, 0) + log1p(exp(-abs(x))) }

  static func mishSlope(_ x: Float) -> Float {
    let y = tanh(softplus(x))
    return y + x * (1 - y * y) * sigmoid(x)
  }

  /// The normal distribution function.
  static func normal(_ x: Float) -> Float { 0.5 * erfc(-x * Float(0.5).squareRoot()) }

  /// The normal density.
  static func density(_ x: Float) -> Float {
    exp(-0.5 * x * x) / (2 * Float.pi).squareRoot()
  }

  /// tanh(√(2/π) (x + 0.044715 x³)).
  static func geluTanh(_ x: Float) -> Float {
    tanh((2 / Float.pi).squareRoot() * (x + 0.044_715 * x * x * x))
  }

  static func geluTanhSlope(_ x: Float) -> Float {
    let y = geluTanh(x)
    let inner = (2 / Float.pi).squareRoot() * (1 + 3 * 0.044_715 * x * x)
    return 0.5 * (1 + y) + 0.5 * x * (1 - y * y) * inner
  }
}
