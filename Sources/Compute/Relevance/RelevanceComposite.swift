/// Which rule each layer of a network follows.
///
/// The first layer is any convolution or dense layer that no other one precedes. Max-pools give
/// all relevance to the winner; ReLU, dropout and flatten pass it on; averages and sums of two
/// branches share it in proportion to their summands (Epsilon with ε = 1e-6).
public struct RelevanceComposite: Sendable, Hashable {
  /// The name, such as `epsilon-plus-flat`.
  public let name: String
  /// The rule of the first layer; nil for the rule of its kind.
  public let first: RelevanceRule?
  /// The rule of convolutions.
  public let convolution: RelevanceRule
  /// The rule of dense layers.
  public let dense: RelevanceRule

  /// A composite of these rules.
  public init(
    name: String, first: RelevanceRule?, convolution: RelevanceRule, dense: RelevanceRule
  ) {
    self.name = name
    self.first = first
    self.convolution = convolution
    self.dense = dense
  }

  /// The composites that have names; the first one is the default.
  public static let all: [RelevanceComposite] = [
    RelevanceComposite(
      name: "epsilon-plus-flat", first: .flat, convolution: .zPlus, dense: .epsilon(1e-6)),
    RelevanceComposite(
      name: "epsilon-alpha2-beta1-flat", first: .flat,
      convolution: .alphaBeta(alpha: 2, beta: 1), dense: .epsilon(1e-6)),
    RelevanceComposite(
      name: "epsilon-gamma-box", first: .zBox, convolution: .gamma(0.25), dense: .epsilon(1e-6)),
    RelevanceComposite(
      name: "epsilon-plus", first: nil, convolution: .zPlus, dense: .epsilon(1e-6)),
    RelevanceComposite(
      name: "epsilon-alpha2-beta1", first: nil,
      convolution: .alphaBeta(alpha: 2, beta: 1), dense: .epsilon(1e-6)),
    RelevanceComposite(
      name: "preset-a-flat", first: .flat,
      convolution: .alphaBetaWholeBias(alpha: 1, beta: 0), dense: .epsilon(0.1)),
    RelevanceComposite(
      name: "preset-b-flat", first: .flat,
      convolution: .alphaBetaWholeBias(alpha: 2, beta: 1), dense: .epsilon(0.1)),
  ]

  /// `epsilon-plus-flat`: Flat, then ZPlus, and Epsilon in dense layers.
  public static let epsilonPlusFlat = all[0]

  /// The composite of a name.
  ///
  /// - Parameter name: Such as `epsilon-plus-flat`.
  /// - Returns: Its rules.
  /// - Throws: `NetworkError` that lists the names there are.
  public static func named(_ name: String) throws -> RelevanceComposite {
    guard let composite = all.first(where: { $0.name == name }) else {
      throw NetworkError(
        .input,
        "there is no composite '\(name)'; there are \(all.map(\.name).joined(separator: ", "))")
    }
    return composite
  }
}
