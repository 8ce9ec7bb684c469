import Testing

@testable import Compute

@Suite("Relevance against zennit's vectors") struct GoldenRelevanceTests {
  static let tensors = Golden.tensors(of: "relevance_golden.safetensors")
  static let composites = [
    "epsilon-plus-flat", "epsilon-alpha2-beta1-flat", "epsilon-gamma-box", "epsilon-plus",
    "epsilon-alpha2-beta1",
  ]

  static func propagation(
    _ composite: String, _ bias: RelevanceBias, threads: Int = 1, omitsVanishingTerms: Bool = true
  ) throws -> RelevancePropagation {
    let range = InputRange(low: [-3, -3, -3], high: [3, 3, 3])
    return try RelevancePropagation(
      graph: Golden.graph(), parameters: Golden.parameters(),
      rules: RelevanceRules(
        composite: .named(composite), bias: bias, range: range,
        omitsVanishingTerms: omitsVanishingTerms),
      threads: threads)
  }

  static func targets() throws -> [RelevanceTarget] { try Golden.targets().map { .logit($0) } }

  @Test(
    "Relevance of the input equals zennit's to 1e-4 relative L2", arguments: composites,
    RelevanceBias.allCases)
  func golden(composite: String, bias: RelevanceBias) throws {
    let result = try Self.propagation(composite, bias)
      .run(Golden.input(), targets: Self.targets())
    let expected = try #require(Self.tensors["\(composite)/\(bias.rawValue)"])
    let error = relativeError(result.input.channelsFirst(), expected.values)
    #expect(error <= 1e-4, "\(composite) \(bias): \(error)")
    let starts = try #require(Self.tensors["start"])
    #expect(relativeError(result.starts.map { Float($0) }, starts.values) <= 1e-5)
  }

  @Test(
    "Leaving vanishing terms out changes nothing above 1e-6", arguments: composites)
  func shortcut(composite: String) throws {
    let whole = try Self.propagation(composite, .keep, omitsVanishingTerms: false)
      .run(Golden.input(), targets: Self.targets())
    let short = try Self.propagation(composite, .keep)
      .run(Golden.input(), targets: Self.targets())
    #expect(relativeError(short.input.values, whole.input.values) <= 1e-6)
  }

  @Test("The same bits for any number of threads and any batch", arguments: composites)
  func repeatable(composite: String) throws {
    let input = try Golden.input()
    let all = try Self.propagation(composite, .keep).run(input, targets: Self.targets())
    let threaded = try Self.propagation(composite, .keep, threads: 3)
      .run(input, targets: Self.targets())
    #expect(threaded == all)
    let two = try Self.propagation(composite, .keep, threads: 2)
      .run(input.selecting([0, 1]), targets: Array(Self.targets().prefix(2)))
    #expect(two.input == all.input.selecting([0, 1]))
    // A second chunk of 8 holds the same samples at the same places.
    let repeated = try Self.propagation(composite, .keep, threads: 2).run(
      input.selecting((0..<12).map { $0 % 4 }),
      targets: (0..<12).map { try Self.targets()[$0 % 4] })
    #expect(repeated.input.selecting([8, 9, 10, 11]) == all.input)
  }
}
