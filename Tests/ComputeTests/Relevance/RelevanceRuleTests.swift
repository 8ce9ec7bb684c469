import Testing

@testable import Compute

@Suite("Relevance rules against matrices of doubles") struct RelevanceRuleTests {
  static let rules: [RelevanceRule] = [
    .epsilon(1e-6), .epsilon(0.1), .zPlus, .alphaBeta(alpha: 2, beta: 1),
    .alphaBeta(alpha: 1, beta: 0), .alphaBetaWholeBias(alpha: 1, beta: 0),
    .alphaBetaWholeBias(alpha: 2, beta: 1), .gamma(0.25), .flat, .wSquare,
  ]

  /// The largest relative L2 error over the input and all named layers of two samples.
  static func error(
    _ graph: Graph, _ composite: RelevanceComposite, _ bias: RelevanceBias,
    omitsVanishingTerms: Bool = true
  ) throws -> Double {
    let parameters = RelevanceGraphs.parameters(of: graph, seed: 5)
    let channels = graph.input.channels
    let range = InputRange(
      low: Array(repeating: -3, count: channels), high: Array(repeating: 3, count: channels))
    let propagation = try RelevancePropagation(
      graph: graph, parameters: parameters,
      rules: RelevanceRules(
        composite: composite, bias: bias, range: range, omitsVanishingTerms: omitsVanishingTerms),
      threads: 2)
    let inputs = randomActivation(samples: 2, shape: graph.input, seed: 11)
    var maps: [(name: String, map: Activation)] = []
    let result = try propagation.run(
      inputs, targets: [.logit(0), .logit(2)],
      request: RelevanceRequest(maps: Set(graph.layers.map(\.name)))
    ) { maps.append(($0.name, $0.activation)) }
    #expect(maps.map(\.name) == graph.layers.map(\.name).reversed())
    maps.append((Graph.inputName, result.input))
    let reference = ReferencePropagation(
      graph: graph, parameters: parameters, composite: composite, bias: bias)
    var largest = 0.0
    for (sample, target) in [0, 2].enumerated() {
      let expected = reference.run(inputs.selecting([sample]).channelsFirst(), target: target)
      for (name, map) in maps {
        let values = try #require(expected[name]).map { Float($0) }
        largest = max(largest, relativeError(map.selecting([sample]).channelsFirst(), values))
      }
    }
    return largest
  }

  @Test("Each rule in all layers, to 1e-4", arguments: rules, RelevanceBias.allCases)
  func everywhere(rule: RelevanceRule, bias: RelevanceBias) throws {
    let composite = RelevanceComposite(
      name: "test", first: nil, convolution: rule, dense: rule)
    for omits in [true, false] {
      let error = try Self.error(
        RelevanceGraphs.chain(), composite, bias, omitsVanishingTerms: omits)
      #expect(error <= 1e-4, "\(rule) \(bias): \(error)")
    }
  }

  @Test(
    "Each composite, in chains, residual and joined branches and after batch norm, to 1e-4",
    arguments: RelevanceComposite.all, RelevanceBias.allCases)
  func composites(composite: RelevanceComposite, bias: RelevanceBias) throws {
    var graphs = [try RelevanceGraphs.chain(), try SmallGraphs.residual()]
    if composite.first != .zBox {
      graphs += [try RelevanceGraphs.normFirst(), try RelevanceGraphs.joined()]
    }
    for graph in graphs {
      let error = try Self.error(graph, composite, bias)
      #expect(error <= 1e-4, "\(composite.name) \(bias) \(graph.nodes[0].name): \(error)")
    }
  }
}
