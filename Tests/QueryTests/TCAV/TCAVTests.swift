import Compute
import Foundation
import SQLite
import Testing
import Warehouse

@testable import Query

@Suite("Concept sensitivity")
struct TCAVTests {
  static let layer = "conv5_1"
  static let count = 36

  /// A store of noise with two networks, over 18 pictures to learn from and 18 to look at, of three
  /// subjects each; AU12 is in every second picture, AU6 in none, AU2 was not coded in the first.
  private func makeStore() throws -> NoiseStore {
    let noise = try NoiseStore(samples: Self.count)
    let store = try noise.open(writing: true)
    try noise.save("other", noise.graph.initialParameters(seed: 9), in: store)
    try store.catalogue.run("UPDATE sample SET split = 'train' WHERE position < 18")
    try store.catalogue.run("INSERT INTO coding VALUES (1, 'csv', '[6,12]')")
    try store.catalogue.run("INSERT INTO coding VALUES (2, 'csv', '[2,6,12]')")
    for position in 0..<Self.count {
      try store.catalogue.run(
        "INSERT INTO sample_coding VALUES (?, ?)", position + 1, position == 0 ? 1 : 2)
      if position % 2 == 0 {
        try store.catalogue.run("INSERT INTO au VALUES (?, 12, 'csv', 3)", position + 1)
      }
      if position % 3 == 0, position > 0 {
        try store.catalogue.run("INSERT INTO au VALUES (?, 2, 'csv', 3)", position + 1)
      }
    }
    try store.close()
    return noise
  }

  private func ask(
    _ models: [String] = ["net"], layers: [String] = [Self.layer],
    _ change: (inout TCAVQuestion) -> Void = { _ in }
  ) throws -> (table: Table, notes: [String], noise: NoiseStore) {
    let noise = try makeStore()
    let store = try noise.open()
    let session = try ReadOnlySession(store.catalogue)
    var question = TCAVQuestion(models: models, layers: layers)
    question.random = 20
    question.resamples = 200
    question.permutations = 200
    change(&question)
    let answer = try session.tcav(question, of: store)
    return (try session.table(answer), answer.notes, noise)
  }

  /// The mean of each channel of a sample.
  private func means(_ layer: Activation, _ sample: Int) -> [Double] {
    let (channels, pixels) = (layer.shape.channels, layer.shape.pixels)
    var sums = [Double](repeating: 0, count: channels)
    for pixel in 0..<pixels {
      for channel in 0..<channels {
        sums[channel] += Double(layer.values[(sample * pixels + pixel) * channels + channel])
      }
    }
    return sums.map { $0 / Double(pixels) }
  }

  /// How the cross-entropy of a sample changes when the layer moves a little along a vector.
  private func slope(
    _ forward: ForwardPass, _ activation: Activation, along vector: [Double], truth: Int
  ) throws -> Double {
    func loss(_ step: Double) throws -> Double {
      var moved = activation
      for index in moved.values.indices {
        moved.values[index] += Float(step * vector[index % vector.count])
      }
      let logits = try forward.output(moved, after: Self.layer).values.map(Double.init)
      return log(logits.reduce(0) { $0 + exp($1) }) - logits[truth]
    }
    return (try loss(1e-2) - loss(-1e-2)) / 2e-2
  }

  @Test("the score is the share of pictures whose loss falls along the vector")
  func finiteDifferences() throws {
    let (table, _, noise) = try ask {
      $0.vector = .fast
      $0.actionUnits = [12]
    }
    let store = try noise.open()
    let network = try StoredNetwork(store.model(named: "net"), in: store)
    let forward = try ForwardPass(graph: network.graph, parameters: network.parameters)
    let layer = try forward.output(
      network.inputs(of: Array(0..<Self.count), dataset: 1, in: store), of: Self.layer)
    let means = (0..<18).flatMap { self.means(layer, $0) }
    let isPresent = (0..<18).map { $0 % 2 == 0 } as [Bool?]
    let vector = try #require(
      ConceptVector.meanDifference(
        means, features: layer.shape.channels, isPresent: isPresent))
    for (place, name) in NoiseStore.classes.enumerated() {
      let members = (18..<Self.count).filter { $0 % 3 == place }
      let slopes = try members.map {
        try slope(forward, layer.selecting([$0]), along: vector, truth: place)
      }
      let rising = slopes.count { $0 < 0 }
      let row = try #require(table.named.first { $0.text("class") == name }, "\(name)")
      #expect(row.count("n") == members.count && row.count("subjects") == 1)
      #expect(row.number("tcav") == Double(rising) / Double(members.count))
      let mean = -slopes.reduce(0, +)
      let sensitivity = (row.number("sensitivity") ?? 9) * Double(members.count)
      #expect(abs(sensitivity - mean) <= 0.02 * abs(mean) + 1e-4)
    }
  }

  @Test("the weights of a gradient are truth − probability")
  func weights() {
    let logits = Activation(
      samples: 2, shape: Shape(channels: 2), values: [0, Float(log(3.0)), 5, 5])
    let weights = TCAVRun.weights(logits, [1, nil])
    #expect(abs(weights[0] + 0.25) < 1e-6 && abs(weights[1] - 0.25) < 1e-6)
    #expect(weights[2...] == [0, 0])
  }

  @Test("a model is compared with the first, and is what it is alone")
  func models() throws {
    let (table, _, _) = try ask(["net", "other", "net"]) { $0.actionUnits = [12] }
    let rows = table.named
    #expect(rows.map { $0.text("model") } == ["net", "other", "net"].flatMap { [$0, $0, $0] })
    for place in 0..<3 {
      #expect(rows[place].number("delta") == nil)
      let (before, after) = (rows[place].number("tcav"), rows[3 + place].number("tcav"))
      #expect(rows[3 + place].number("delta") == (after ?? 9) - (before ?? 9))
    }
    let (alone, _, _) = try ask(["other"]) { $0.actionUnits = [12] }
    #expect(
      alone.named.map { $0.number("tcav") } == rows[3..<6].map { $0.number("tcav") })
  }

  @Test("columns, p values, and what has no vector")
  func rows() throws {
    let (table, notes, _) = try ask(layers: [Self.layer, "fc6"])
    #expect(table.rows.count == 2 * 3 * 3)
    for row in table.named {
      if row.count("au") == 6 {
        #expect(row.number("tcav") == nil && row.number("p") == nil)
        continue
      }
      for column in ["p", "sensitivity_p"] {
        let p = row.number(column) ?? 0
        #expect(p >= 1.0 / 21 && p <= 1 && (row.number(column + "_holm") ?? 0) >= p)
      }
      #expect(row.count("random") == 20)
      #expect((row.number("random_lo") ?? 2) <= (row.number("random_hi") ?? -1))
      #expect((0...1).contains(row.number("cav_auc") ?? -1))
      #expect(row.number("penalty") != nil)
    }
    #expect(
      notes.contains("no vector, since the train split knows them present or absent alone: AU6"))
    #expect(notes.contains { $0.contains("is at least 0.0476") })
  }

  @Test("stored channel means are used where there are any, and are those computed")
  func stored() throws {
    let (computed, _, noise) = try ask { $0.actionUnits = [12] }
    let writing = try noise.open(writing: true)
    let network = try StoredNetwork(writing.model(named: "net"), in: writing)
    let layer = try ForwardPass(graph: network.graph, parameters: network.parameters).output(
      network.inputs(of: Array(0..<Self.count), dataset: 1, in: writing), of: Self.layer)
    let key = String(repeating: "5e", count: 32)
    try writing.catalogue.run("UPDATE layer SET prefix = ? WHERE name = ?", key, Self.layer)
    try writing.writeSegment(
      SegmentDescription(
        name: .arrays(dataset: "noise", model: "net", key: key, first: 0), dataset: 1, first: 0,
        count: Self.count, model: "net", key: key, numerics: "strict", kernel: "reference")
    ) { writer in
      let pooled = try writer.pooled(layer: Self.layer, key: key, channels: layer.shape.channels)
      for sample in 0..<Self.count {
        // Maxima are not looked at.
        let row = means(layer, sample).flatMap { mean -> [Float] in [Float(mean), 0] }
        try pooled.write(row, at: sample)
      }
    }
    try writing.close()
    let store = try noise.open()
    let session = try ReadOnlySession(store.catalogue)
    var question = TCAVQuestion(models: ["net"], layers: [Self.layer])
    question.random = 20
    question.actionUnits = [12]
    let table = try session.table(session.tcav(question, of: store))
    for (a, b) in zip(table.named, computed.named) {
      #expect(a.number("tcav") == b.number("tcav"))
      #expect(abs((a.number("cav_auc") ?? 9) - (b.number("cav_auc") ?? -9)) < 1e-6)
    }
  }

  @Test("errors say what to do")
  func errors() throws {
    func error(
      _ models: [String] = ["net"], layers: [String] = [Self.layer],
      _ change: (inout TCAVQuestion) -> Void = { _ in }
    ) -> QueryError? {
      queryError { _ = try ask(models, layers: layers, change) }
    }
    #expect(error { $0.random = 3 }?.exitCode == 2)
    #expect(
      error(layers: ["convolution"])?.description.contains("net has no layer convolution") == true)
    #expect(error(["nett"])?.description.contains("did you mean net?") == true)
    #expect(error([], layers: [])?.exitCode == 2)
    #expect(error { $0.actionUnits = [99] }?.description.contains("there are 2, 6, 12") == true)
    #expect(error { $0.classes = ["sorrow"] }?.description.contains("it has a, b, c-d") == true)
    #expect(throws: NetworkError.self) { try ask(layers: ["logits"]) }
  }
}
