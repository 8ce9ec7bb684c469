/// Pixels added on each side of an image.
public struct Padding: Codable, Sendable, Hashable {
  /// Above.
  public var top: Int
  /// To the left.
  public var left: Int
  /// Below.
  public var bottom: Int
  /// To the right.
  public var right: Int

  /// A padding from its four sides.
  public init(top: Int, left: Int, bottom: Int, right: Int) {
    self.top = top
    self.left = left
    self.bottom = bottom
    self.right = right
  }

  /// The same above and below, and to the left and to the right.
  public init(_ extent: Extent) {
    self.init(
      top: extent.height, left: extent.width, bottom: extent.height, right: extent.width)
  }

  /// The shape of an image with these pixels around it.
  public func around(_ shape: Shape) -> Shape {
    Shape(
      channels: shape.channels, height: shape.height + top + bottom,
      width: shape.width + left + right)
  }

  /// No side may be larger.
  static let largestSide = 1 << 12
}

/// What a border is filled with.
public enum PadValue: String, Codable, Sendable, Hashable, CaseIterable {
  /// Zeros, as a convolution takes them.
  case zeros
  /// The lowest finite number, which never wins a maximum.
  case lowest

  /// The number itself.
  var number: Float { self == .zeros ? 0 : -.greatestFiniteMagnitude }
}

/// A function of each number by itself that has no operation of its own.
public enum Nonlinearity: String, Codable, Sendable, Hashable, CaseIterable {
  /// x where it is positive, exp(x) − 1 elsewhere (Clevert et al. 2016, α = 1).
  case elu
  /// x · Φ(x), where Φ is the normal distribution function (Hendrycks & Gimpel 2016).
  case gelu
  /// `gelu` with Φ approximated by a tanh.
  case geluTanh = "gelu_tanh"
  /// x / 6 + 1 / 2 within 0 and 1.
  case hardSigmoid = "hard_sigmoid"
  /// x · hardSigmoid(x) (Howard et al. 2019).
  case hardSwish = "hard_swish"
  /// x · tanh(softplus(x)) (Misra 2020).
  case mish
  /// λx where x is positive, λα(exp(x) − 1) elsewhere (Klambauer et al. 2017).
  case selu
  /// log(1 + exp(x)).
  case softplus
  /// x · sigmoid(x), also known as SiLU (Ramachandran et al. 2017).
  case swish
  /// The hyperbolic tangent.
  case tanh
}
