import Foundation
import Testing

@testable import Compute

@Suite("Faithfulness of relevance") struct FaithfulnessTests {
  /// Logits are the means of the four quadrants of a 4×4 picture.
  static let quadrants: (graph: Graph, parameters: Parameters) = {
    do {
      let graph = try Graph(
        input: Shape(channels: 1, height: 4, width: 4),
        nodes: [
          Node(
            "pool", .averagePool(kernel: Extent(2), stride: Extent(2), padding: Extent(0)),
            inputs: ["input"]),
          Node("logits.flatten", .flatten, inputs: ["pool"]),
          Node("logits", .dense(outputs: 4), inputs: ["logits.flatten"], isLayer: true),
        ])
      let identity = (0..<16).map { Float($0 % 5 == 0 ? 1 : 0) }
      return (
        graph, Parameters([("logits.weight", Tensor(shape: [4, 4], values: identity))])
      )
    } catch { preconditionFailure("the graph is sound: \(error)") }
  }()

  static func picture(_ quadrants: [Float]) -> Activation {
    Activation(
      samples: 1, shape: Shape(channels: 1, height: 4, width: 4),
      values: (0..<16).map { quadrants[$0 / 8 * 2 + $0 % 4 / 2] })
  }

  @Test("A perturbation curve worked out by hand, to 1e-6")
  func curve() throws {
    let (graph, parameters) = Self.quadrants
    let network = try ForwardPass(graph: graph, parameters: parameters)
    let input = Self.picture([3, 1, 0, 0])
    let relevance = Self.picture([5, -2, 1, 0])
    let perturbation = RegionPerturbation(patch: 2, steps: 4)
    let curve = try perturbation.curves(
      of: network, inputs: input, relevance: relevance, classes: [0])[0]
    // The quadrants go to the mean 1 in the order 0, 2, 3, 1.
    let logits: [[Double]] = [
      [3, 1, 0, 0], [1, 1, 0, 0], [1, 1, 1, 0], [1, 1, 1, 1], [1, 1, 1, 1],
    ]
    let expected = logits.map { exp($0[0]) / $0.reduce(0) { $0 + exp($1) } }
    for (value, wanted) in zip(curve.probabilities, expected) {
      #expect(abs(value - wanted) <= 1e-6)
    }
    #expect(curve.probabilities.count == 5)
    let drops = expected.map { expected[0] - $0 }
    #expect(abs(curve.aopc - drops.reduce(0, +) / 5) <= 1e-6)
    let ends = (expected[0] + expected[4]) / 2
    let trapezoids = (ends + expected[1] + expected[2] + expected[3]) / 4
    #expect(abs(curve.area - trapezoids) <= 1e-6)
  }

  @Test("The most relevant first falls faster than the least relevant first")
  func orders() throws {
    let graph = try Golden.graph()
    let parameters = try Golden.parameters()
    let network = try ForwardPass(graph: graph, parameters: parameters)
    let input = try Golden.input()
    let answer = try network.probabilities(of: input)
    let classes = (0..<4).map { sample in
      (0..<8).max { answer.values[sample * 8 + $0] < answer.values[sample * 8 + $1] } ?? 0
    }
    let relevance = try RelevancePropagation(graph: graph, parameters: parameters)
      .run(input, targets: classes.map { .logit($0) }).input
    let mean = { (order: RegionPerturbation.Order) in
      try RegionPerturbation(patch: 4, steps: 16, replacement: .blur(2), order: order)
        .curves(of: network, inputs: input, relevance: relevance, classes: classes)
        .reduce(0.0) { $0 + $1.aopc }
    }
    let (most, least) = (try mean(.mostRelevantFirst), try mean(.leastRelevantFirst))
    #expect(most > least)
    let random = (try mean(.random(seed: 1)), try mean(.random(seed: 1)))
    #expect(random.0 == random.1)
  }

  @Test("A blur keeps a constant picture, and spreads a point as a Gaussian")
  func blur() {
    let perturbation = RegionPerturbation(replacement: .blur(1))
    let flat = Activation(
      samples: 1, shape: Shape(channels: 2, height: 3, width: 5),
      values: (0..<30).map { $0 % 2 == 0 ? 2 : -1 })
    for (value, wanted) in zip(perturbation.substitutes(of: flat).values, flat.values) {
      #expect(abs(value - wanted) <= 1e-6)
    }
    let point = Activation(
      samples: 1, shape: Shape(channels: 1, height: 1, width: 11),
      values: (0..<11).map { $0 == 5 ? 1 : 0 })
    let blurred = perturbation.substitutes(of: point).values
    #expect(abs(blurred[5] / blurred[6] - Float(exp(0.5))) <= 1e-5)
    #expect(abs(blurred[5] / blurred[7] - Float(exp(2.0))) <= 1e-4)
    #expect(blurred[0] == 0)
  }

  @Test("Randomising from the top loses the maps; the same weights keep them")
  func randomisation() throws {
    let graph = try RelevanceGraphs.chain()
    let start = graph.initialParameters(seed: 21)
    let inputs = randomActivation(samples: 2, shape: graph.input, seed: 6)
    let targets: [RelevanceTarget] = [.logit(0), .logit(1)]
    let stages = { (seed: UInt64) in
      try ModelRandomisation(graph: graph, parameters: start, seed: seed, threads: 2)
        .stages(inputs, targets: targets)
    }
    let same = try stages(21)
    #expect(same.map(\.layer) == ["logits", "e", "d", "c", "b", "a"])
    for stage in same {
      #expect(stage.correlations.allSatisfy { abs(($0 ?? 0) - 1) <= 1e-12 })
      #expect(stage.rankCorrelations.allSatisfy { abs(($0 ?? 0) - 1) <= 1e-12 })
    }
    let other = try stages(22)
    let last = try #require(other.last)
    #expect(last.correlations.allSatisfy { abs($0 ?? 1) < 0.99 })
  }

  @Test("Correlations worked out by hand")
  func correlations() throws {
    let a = [1.0, 2, 3, 4]
    let straight = try #require(Correlation.pearson(a, [2, 4, 6, 8]))
    let rising = try #require(Correlation.spearman(a, [1, 10, 100, 1000]))
    let falling = try #require(Correlation.spearman(a, [5, 3, 2, 1]))
    #expect(abs(straight - 1) <= 1e-12 && abs(rising - 1) <= 1e-12 && abs(falling + 1) <= 1e-12)
    // Ranks 0.5, 0.5, 2, 3 against 0, 1, 2, 3: covariance 4.5, squares 4.5 and 5.
    let tied = try #require(Correlation.spearman([7, 7, 8, 9], a))
    #expect(abs(tied - 4.5 / (4.5 * 5).squareRoot()) <= 1e-12)
    #expect(Correlation.pearson(a, [0.1, 0.1, 0.1, 0.1]) == nil)
  }

  @Test("Choices that cannot be are refused")
  func refusals() throws {
    let network = try ForwardPass(
      graph: Self.quadrants.graph, parameters: Self.quadrants.parameters)
    let input = Self.picture([1, 2, 3, 4])
    for (patch, steps, classes) in [(0, 1, [0]), (2, 5, [0]), (2, 0, [0]), (2, 4, [4]), (2, 4, [])]
    {
      #expect(throws: NetworkError.self) {
        try RegionPerturbation(patch: patch, steps: steps)
          .curves(of: network, inputs: input, relevance: input, classes: classes)
      }
    }
  }
}
