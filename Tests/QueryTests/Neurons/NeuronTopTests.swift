import Compute
import Foundation
import Testing
import Warehouse

@testable import Query

@Suite("Pictures that drive units most")
struct NeuronTopTests {
  /// What looking at every activation finds: sample ids and values.
  private func reference(
    _ place: NeuronStore, _ layer: String, _ units: [NeuronUnit],
    _ question: NeuronTopQuestion, _ samples: some Sequence<Int>
  ) -> [(id: Int, value: Double)] {
    let scored = samples.map { sample in
      let values = units.map { Double(place.activation(layer, $0, question.pool, sample)) }
      let value: Double =
        switch question.combination {
        case .sum: values.reduce(0, +)
        case .min: values.min() ?? 0
        case .max: values.max() ?? 0
        }
      return (id: sample + 1, value: value)
    }
    return Array(scored.sorted { ($1.value, $0.id) < ($0.value, $1.id) }.prefix(question.count))
  }

  private func check(
    _ place: NeuronStore, _ layer: String, _ text: String,
    _ change: (inout NeuronTopQuestion) -> Void = { _ in }, samples: [Int] = Array(0..<41)
  ) throws -> [String] {
    var question = NeuronTopQuestion(units: "\(layer):\(text)")
    question.selection.split = .all
    question.setting.explains = true
    change(&question)
    return try place.ask { session, store in
      let answer = try session.neuronsTop(question, of: store)
      let table = try session.table(answer)
      let layers = try NeuronLayer.all(of: nil, in: session)
      let units = try NeuronUnits(text, of: .named(layer, among: layers, of: nil)).units
      let expected = reference(place, layer, units, question, samples)
      #expect(table["sample_id"].map(\.int) == expected.map(\.id), "\(layer):\(text) \(question)")
      #expect(table["activation"].map(\.double) == expected.map(\.value))
      #expect(table["rank"].map(\.int) == expected.indices.map { $0 + 1 })
      return answer.notes
    }
  }

  static let units = [
    ("conv2_1", "3"), ("conv2_1", "0-7"), ("conv2_1", "1@2,3"), ("conv2_1", "1@0,0,5,2@15,15"),
    ("conv1_2", "2"), ("conv1_2", "2@31,0,3@7,7"), ("conv3_1", "4,9"), ("conv3_1", "4@7,7"),
    ("conv3_1", "0,5@3,4,6@3,4"), ("fc6", "1,2"), ("conv4_1", "8"), ("conv4_1", "8@1,3,2"),
  ]

  @Test("are those that looking at every activation finds, with every index and without")
  func equality() throws {
    let place = try NeuronStore()
    for stage in 0..<4 {
      if stage >= 2 {
        var index = NeuronIndexQuestion()
        index.layers = ["conv2_1", "conv1_2", "conv3_1", "fc6", "conv4_1"]
        index.hasPositions = stage == 3
        try place.ask { session, store in _ = try session.neuronIndexes(index, of: store) }
      }
      for (layer, text) in NeuronTopTests.units {
        for pool in ChannelIndex.Pool.allCases {
          for (combination, count) in [(NeuronTopQuestion.Combination.sum, 3), (.min, 100)] {
            _ = try check(place, layer, text) {
              $0.setting.usesIndex = stage > 0
              $0.pool = pool
              $0.combination = combination
              $0.count = count
            }
          }
        }
        _ = try check(place, layer, text) {
          $0.combination = .max
          $0.count = 1
        }
      }
    }
  }

  @Test("a filter and a split choose among them")
  func selection() throws {
    let place = try NeuronStore()
    let chosen = [3, 8, 9, 16, 17, 25, 33]
    let list = chosen.map { "'\($0).png'" }.joined(separator: ",")
    for (layer, text) in NeuronTopTests.units {
      _ = try check(
        place, layer, text, { $0.selection.filter = "path IN (\(list))" }, samples: chosen)
    }
    _ = try check(
      place, "conv3_1", "4@7,7", { $0.selection.split = nil },
      samples: (1..<40).filter { $0 != 7 })
  }

  @Test("positions are computed again of those pictures alone that could be among the first")
  func economy() throws {
    let place = try NeuronStore()
    // Any sample's position is at most its channel's maximum: one batch settles the first.
    let bounded = try check(place, "conv3_1", "4@7,7") { $0.count = 1 }
    #expect(bounded.contains { $0.hasPrefix("recomputed: conv3_1 of 32 of 41 samples") })
    let stored = try check(place, "conv2_1", "1@2,3") { $0.count = 1 }
    #expect(stored.contains { $0.hasSuffix("of 41 samples; recomputed: nothing") })
    let all = try check(place, "conv4_1", "8") { $0.count = 1 }
    #expect(all.contains { $0.hasPrefix("recomputed: conv4_1 of 41 of 41 samples") })
    var index = NeuronIndexQuestion()
    index.layers = ["conv4_1"]
    try place.ask { session, store in _ = try session.neuronIndexes(index, of: store) }
    #expect(try check(place, "conv4_1", "8").contains("recomputed: nothing"))
  }

  @Test("the first question makes the index and says so, unless it is told not to")
  func firstQuestion() throws {
    let place = try NeuronStore()
    let folder = place.noise.folder.appending(path: "index")
    _ = try check(place, "conv2_1", "3") { $0.setting.usesIndex = false }
    #expect(!FileManager.default.fileExists(atPath: folder.path))
    #expect(try check(place, "conv2_1", "3")[1].hasPrefix("made the index of conv2_1 of net"))
    let again = try check(place, "conv2_1", "3")
    #expect(
      again.dropFirst() == [
        "read: 1 of 8 channels from the index, exact values", "recomputed: nothing",
      ])
  }

  @Test("units and names that are not there")
  func errors() throws {
    let place = try NeuronStore()
    func error(_ text: String, _ change: (inout NeuronTopQuestion) -> Void = { _ in })
      -> QueryError?
    {
      var question = NeuronTopQuestion(units: text)
      change(&question)
      return queryError {
        try place.ask { session, store in _ = try session.neuronsTop(question, of: store) }
      }
    }
    for (text, part) in [
      ("conv2_2x:1", "did you mean conv2_2"), ("conv2_1", "write LAYER:CHANNEL"),
      ("conv2_1:8", "0 to 7 are there"), ("conv2_1:1@2", "has no column"),
      ("conv2_1:1@16,0", "row (y) 16"), ("conv2_1:1@0,-1", "column (x) -1"),
      ("conv2_1:5-2", "no range"), ("conv2_1:1,0-3", "twice"), ("conv2_1:1,conv1_1:2", "one layer"),
      ("conv2_1:", "there is no channel ''"),
    ] {
      let found = error(text)
      #expect(found?.exitCode == 2 && found?.description.contains(part) == true, "\(text)")
    }
    #expect(error("conv2_1:1") { $0.model = "nett" }?.description.contains("mean net?") == true)
    #expect(error("conv2_1:1") { $0.selection.filter = "subject = 'x'" }?.exitCode == 3)
  }
}
