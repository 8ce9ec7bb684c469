/// Whether heat maps depend on what a network has learnt.
///
/// The cascading randomisation of Adebayo et al. (2018): from the logits downwards, one layer after
/// the other gets fresh weights, and the maps are compared with those of the whole network. Maps
/// that stay alike do not explain it.
public struct ModelRandomisation: Sendable {
  /// How much the maps still resemble those of the network, after a layer.
  public struct Stage: Sendable, Equatable {
    /// The last layer to be randomised; all above it are too.
    public let layer: String
    /// Spearman's rank correlation of the heat maps, one number a sample; nil where a map is
    /// constant.
    public let rankCorrelations: [Double?]
    /// Pearson's correlation of the heat maps; nil where a map is constant.
    public let correlations: [Double?]
  }

  private let graph: Graph
  private let parameters: Parameters
  private let fresh: Parameters
  private let propagation: @Sendable (Parameters) throws -> RelevancePropagation

  /// Prepares the check.
  ///
  /// - Parameters:
  ///   - graph: The network.
  ///   - parameters: What it has learnt.
  ///   - composite: Which rule each layer follows.
  ///   - bias: What becomes of biases in denominators.
  ///   - inputRange: Lowest and highest input a channel, which ZBox needs.
  ///   - seed: Seed of the fresh weights, drawn as for a new network; it should not be the one
  ///     that the network started from.
  ///   - threads: Threads to use.
  public init(
    graph: Graph, parameters: Parameters, composite: RelevanceComposite = .epsilonPlusFlat,
    bias: RelevanceBias = .keep, inputRange: InputRange? = nil, seed: UInt64, threads: Int = 1
  ) {
    self.graph = graph
    self.parameters = parameters
    fresh = graph.initialParameters(seed: seed)
    propagation = { parameters in
      try RelevancePropagation(
        graph: graph, parameters: parameters, composite: composite, bias: bias,
        inputRange: inputRange, threads: threads)
    }
  }

  /// Runs the cascade for a batch.
  ///
  /// - Parameters:
  ///   - inputs: The samples.
  ///   - targets: Where relevance starts, the same in every stage.
  ///   - layers: The layers whose stages are looked at, all if nil; the cascade runs through all
  ///     in any case.
  /// - Returns: A stage for every such layer that has weights, from the logits down.
  /// - Throws: `NetworkError` if parameters, inputs or targets do not fit the network.
  public func stages(
    _ inputs: Activation, targets: [RelevanceTarget], layers: Set<String>? = nil
  ) throws -> [Stage] {
    let original = try propagation(parameters).run(inputs, targets: targets).input.heatMaps
    var changed = parameters
    var stages: [Stage] = []
    for layer in graph.layers.reversed() {
      let names = try graph.parameterNames(ofLayer: layer.name)
      guard !names.isEmpty else { continue }
      for name in names where parameters[name] != nil { changed[name] = fresh[name] }
      guard layers?.contains(layer.name) ?? true else { continue }
      let maps = try propagation(changed).run(inputs, targets: targets).input.heatMaps
      let pairs = zip(original, maps).map { before, after in
        (before.map { Double($0) }, after.map { Double($0) })
      }
      stages.append(
        Stage(
          layer: layer.name,
          rankCorrelations: pairs.map { Correlation.spearman($0.0, $0.1) },
          correlations: pairs.map { Correlation.pearson($0.0, $0.1) }))
    }
    return stages
  }
}

/// Correlation of two series of equal length.
enum Correlation {
  /// Pearson's; nil if either is constant or not finite.
  static func pearson(_ a: [Double], _ b: [Double]) -> Double? {
    let isConstant = { (values: [Double]) in values.allSatisfy { $0 == values[0] } }
    guard a.count == b.count, !isConstant(a), !isConstant(b) else { return nil }
    let count = Double(a.count)
    let (meanA, meanB) = (a.reduce(0, +) / count, b.reduce(0, +) / count)
    var (product, squareA, squareB) = (0.0, 0.0, 0.0)
    for (x, y) in zip(a, b) {
      product += (x - meanA) * (y - meanB)
      squareA += (x - meanA) * (x - meanA)
      squareB += (y - meanB) * (y - meanB)
    }
    let scale = squareA.squareRoot() * squareB.squareRoot()
    guard scale.isFinite, scale > 0 else { return nil }
    return min(1, max(-1, product / scale))
  }

  /// Spearman's: Pearson's of the ranks, ties with their mean rank.
  static func spearman(_ a: [Double], _ b: [Double]) -> Double? {
    guard a.allSatisfy(\.isFinite), b.allSatisfy(\.isFinite) else { return nil }
    return pearson(ranks(a), ranks(b))
  }

  private static func ranks(_ values: [Double]) -> [Double] {
    let order = values.indices.sorted { values[$0] < values[$1] }
    var ranks = Array(repeating: 0.0, count: values.count)
    var first = 0
    while first < order.count {
      var last = first
      while last + 1 < order.count, values[order[last + 1]] == values[order[first]] { last += 1 }
      for position in first...last { ranks[order[position]] = Double(first + last) / 2 }
      first = last + 1
    }
    return ranks
  }
}
