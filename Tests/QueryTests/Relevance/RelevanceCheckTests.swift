import Compute
import Foundation
import Testing
import Warehouse

@testable import Query

@Suite("Checks of heat maps") struct RelevanceCheckTests {
  private func question(_ change: (inout RelevanceCheckQuestion) -> Void = { _ in })
    -> RelevanceCheckQuestion
  {
    var question = RelevanceCheckQuestion(model: "net")
    question.steps = 4
    question.resamples = 50
    question.layers = ["logits", "conv1_1"]
    change(&question)
    return question
  }

  private func table(_ noise: NoiseStore, _ question: RelevanceCheckQuestion) throws -> Table {
    let store = try noise.open()
    let session = try ReadOnlySession(store)
    return try session.table(session.relevanceCheck(question, of: store))
  }

  @Test("numbers are means of the measures run directly; differences are theirs")
  func direct() throws {
    let noise = try NoiseStore(samples: 5)
    let table = try table(noise, question())
    #expect(table.rows.count == 12 && table["n"].allSatisfy { $0.int == 5 })
    #expect(table["subjects"].allSatisfy { $0.int == 3 })
    let store = try noise.open()
    let network = try StoredNetwork(store.model(named: "net"), in: store)
    let inputs = try network.inputs(of: Array(0..<5), dataset: 1, in: store)
    let targets = (0..<5).map { RelevanceTarget.logit($0 % 3) }
    let relevance = try RelevancePropagation(
      graph: network.graph, parameters: network.parameters
    ).run(inputs, targets: targets).input
    let forward = try ForwardPass(graph: network.graph, parameters: network.parameters)
    for (row, order) in [
      (0, RegionPerturbation.Order.mostRelevantFirst), (2, .leastRelevantFirst),
    ] {
      let curves = try RegionPerturbation(patch: 8, steps: 4, order: order).curves(
        of: forward, inputs: inputs, relevance: relevance, classes: [0, 1, 2, 0, 1])
      let (aopc, area) = (
        curves.reduce(0) { $0 + $1.aopc } / 5, curves.reduce(0) { $0 + $1.area } / 5
      )
      #expect(agree(table["mean"][row].double, aopc))
      #expect(agree(table["mean"][row + 5].double, area))
    }
    let means = table["mean"].compactMap(\.double)
    #expect(abs(means[3] - (means[0] - means[1])) < 1e-12)
    #expect(abs(means[9] - (means[5] - means[7])) < 1e-12)
    #expect(table["name"].suffix(2).map(\.string) == ["logits", "conv1_1"])
    #expect(table["mean"].suffix(2).allSatisfy { abs($0.double ?? 2) <= 1 })
  }

  @Test("equal seeds give equal bits on any threads; samples are drawn by the seed")
  func repeated() throws {
    let noise = try NoiseStore(samples: 11)
    let first = try table(noise, question { $0.limit = 4 })
    #expect(try table(noise, question { ($0.limit, $0.threads) = (4, 2) }) == first)
    #expect(first["n"].allSatisfy { $0.int == 4 })
    #expect(try table(noise, question { ($0.limit, $0.seed) = (4, 2) }) != first)
  }

  @Test("curves begin at one probability and end at one")
  func curves() throws {
    let noise = try NoiseStore(samples: 3)
    let table = try table(noise, question { $0.hasCurves = true })
    #expect(table.rows.count == 15)
    let means = table["mean"].compactMap(\.double)
    // Nothing is removed at step 0, everything at the last: the order does not matter.
    #expect(means[0] == means[5] && means[0] == means[10])
    #expect(abs(means[4] - means[9]) < 1e-6 && abs(means[4] - means[14]) < 1e-6)
    #expect(table["removed"][2] == .real(0.5))
  }

  @Test("a difference of classes and unknown layers are refused")
  func refused() throws {
    let noise = try NoiseStore(samples: 3)
    let target = queryError {
      _ = try table(
        noise,
        question {
          $0.method = RelevanceMethod(
            composite: "epsilon-plus-flat", bias: "keep", target: "a-b")
        })
    }
    #expect(target?.exitCode == 2)
    #expect(throws: (any Error).self) { try table(noise, question { $0.layers = ["conv9"] }) }
  }
}
