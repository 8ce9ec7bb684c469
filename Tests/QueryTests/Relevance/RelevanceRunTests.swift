import Compute
import Foundation
import SQLite
import Testing
import Warehouse

@testable import Query

@Suite("Relevance, computed and kept") struct RelevanceRunTests {
  private func run(
    _ noise: NoiseStore, filter: String? = nil, threads: Int = 1,
    _ change: (inout RelevanceQuestion) -> Void = { _ in }
  ) throws -> RelevanceRun.Summary {
    let store = try noise.open(writing: true)
    var question = RelevanceQuestion(models: ["net"])
    question.selection.filter = filter
    change(&question)
    let plan = try ReadOnlySession(store).relevancePlan(question)
    let summary = try RelevanceRun(store: store, threads: threads).run(plan)
    try store.close()
    return summary
  }

  private func maps(_ noise: NoiseStore, _ target: String = "true") throws -> [RelevanceMap] {
    let store = try noise.open()
    let method = RelevanceMethod(composite: "epsilon-plus-flat", bias: "keep", target: target)
    let key = method.key(of: try store.model(named: "net"), kernel: RelevancePropagation.kernelPath)
    return try store.relevance(key: key, dataset: 1, positions: 0..<noise.samples)
  }

  @Test("maps, sums and scores are those of the propagation run directly")
  func direct() throws {
    let noise = try NoiseStore(samples: 11)
    #expect(try run(noise) == .init(computed: 11, present: 0))
    let stored = try maps(noise)
    let store = try noise.open()
    let network = try StoredNetwork(store.model(named: "net"), in: store)
    let propagation = try RelevancePropagation(
      graph: network.graph, parameters: network.parameters, threads: 2)
    // Position 9 stands at place 1 of a batch of 8, as it does in the run.
    let inputs = try network.inputs(of: [8, 9], dataset: 1, in: store)
    let result = try propagation.run(inputs, targets: [.logit(2), .logit(0)])
    let direct = result.input.values[(32 * 32 * 3)...]
    let size = 32 * 32
    let largest = direct.reduce(0) { max($0, abs($1)) }
    for (pixel, channel) in [(0, 0), (17, 1), (700, 2), (1023, 0)] {
      let value = direct[direct.startIndex + pixel * 3 + channel]
      // Half precision of the scaled value: 2⁻¹¹ relative, 2⁻²⁵ absolute, of the largest.
      #expect(
        abs(stored[9].values[channel * size + pixel] - value) <= abs(value) / 2048
          + largest * 0x1p-25)
    }
    let session = try ReadOnlySession(store)
    let sums = try session.table(
      SQLStatement("SELECT layer, relevance FROM relevance_sums WHERE sample_id = 10"))
    for layer in result.layers {
      let row = try #require(sums.rows.first { $0[0].string == layer.name })
      #expect(row[1].double == layer.sums[1])
    }
    let row = try #require(
      try session.table(
        SQLStatement("SELECT class, start, input FROM relevance WHERE sample_id = 10")
      ).rows.first)
    #expect(row == [.text("a"), .real(result.starts[1]), .real(result.inputSums[1])])
    let scored = try session.table(
      SQLStatement("SELECT sample_id, au, mass, rank, hit, area_mass FROM relevance_in_au"))
    #expect(scored["sample_id"].map(\.int) == [2, 5, 8, 11])
    let eight = try network.inputs(of: Array(0..<8), dataset: 1, in: store)
    let targets = (0..<8).map { RelevanceTarget.logit($0 % 3) }
    let heat = try propagation.run(eight, targets: targets).input.heatMaps[1]
    let scores = HeatMapScores(heat: heat, mask: NoiseStore.mask)
    #expect(scored["mass"][0].double == scores.mass && scored["rank"][0].double == scores.rank)
    #expect(scored["hit"][0].int == scores.hit.map { $0 ? 1 : 0 })
    #expect(scored["area_mass"][0].double == scores.areaAdjustedMass)
  }

  @Test("part by part gives the bits of all at once, on any threads; nothing is done twice")
  func parts() throws {
    let (whole, parts) = (try NoiseStore(samples: 11), try NoiseStore(samples: 11))
    _ = try run(whole, threads: 2)
    #expect(try run(parts, filter: "subject = 's1'").computed == 4)
    #expect(try run(parts, filter: "sample_id > 5") == .init(computed: 4, present: 2))
    #expect(try run(parts) == .init(computed: 3, present: 8))
    #expect(try run(parts) == .init(computed: 0, present: 11))
    #expect(try maps(parts) == maps(whole))
    let store = try parts.open()
    #expect(try store.verify().isEmpty)
  }

  @Test("targets: a class, and what speaks for one against another")
  func targets() throws {
    let noise = try NoiseStore(samples: 3)
    for target in ["c-d", "a", "c-d-a"] {
      let summary = try run(noise) { question in
        question.method = RelevanceMethod(
          composite: "epsilon-plus-flat", bias: "keep", target: target)
      }
      #expect(summary.computed == 3)
    }
    let (first, second, both) = try (maps(noise, "c-d"), maps(noise, "a"), maps(noise, "c-d-a"))
    let scale = first[0].values.reduce(0) { max($0, abs($1)) }
    for index in stride(from: 0, to: 3072, by: 97) {
      let difference = first[0].values[index] - second[0].values[index]
      #expect(abs(both[0].values[index] - difference) <= 4e-3 * scale)
    }
    #expect(
      queryError {
        _ = try run(noise) {
          $0.method = RelevanceMethod(composite: "lrp", bias: "keep", target: "true")
        }
      }?.description.contains("epsilon-gamma-box") == true)
    #expect(
      queryError {
        _ = try run(noise) {
          $0.method = RelevanceMethod(
            composite: "epsilon-plus", bias: "keep", target: "joy")
        }
      }?.description.contains("a, b, c-d") == true)
  }

  @Test("what was said of a model goes with it")
  func replaced() throws {
    let noise = try NoiseStore(samples: 4)
    _ = try run(noise)
    let store = try noise.open(writing: true)
    try noise.save("net", noise.graph.initialParameters(seed: 9), in: store)
    #expect(try store.catalogue.value("SELECT count(*) FROM relevance").int == 0)
    try store.close()
    #expect(try run(noise).computed == 4)
    // Back again: maps of the first weights lie there without rows, and are replaced.
    let again = try noise.open(writing: true)
    try noise.save("net", noise.parameters, in: again)
    try again.close()
    #expect(try run(noise, filter: "sample_id < 3").computed == 2)
    #expect(try maps(noise).map(\.sample) == [1, 2])
    #expect(try noise.open().verify().isEmpty)
  }
}
