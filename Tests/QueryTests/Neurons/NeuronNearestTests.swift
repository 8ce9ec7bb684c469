import Compute
import Foundation
import Testing
import Warehouse

@testable import Query

@Suite("Pictures that drive units as one does")
struct NeuronNearestTests {
  private func check(
    _ place: NeuronStore, _ layer: String, _ text: String?,
    _ change: (inout NeuronNearestQuestion) -> Void = { _ in }
  ) throws -> [String] {
    let centre = 20
    var question = NeuronNearestQuestion(sample: "\(centre + 1)", layer: layer)
    question.units = text
    question.selection.split = .all
    question.setting.explains = true
    change(&question)
    return try place.ask { session, store in
      let answer = try session.neuronsNearest(question, of: store)
      let table = try session.table(answer)
      let layers = try NeuronLayer.all(of: nil, in: session)
      let found = try NeuronLayer.named(layer, among: layers, of: nil)
      let units = try text.map { try NeuronUnits($0, of: found) } ?? NeuronUnits(all: found)
      func values(_ sample: Int) -> [Double] {
        units.units.map { Double(place.activation(layer, $0, question.pool, sample)) }
      }
      let middle = values(centre)
      let expected = (0..<NeuronStore.samples).filter { $0 != centre }.map { sample in
        let differences = zip(values(sample), middle).map { abs($0 - $1) }
        let distance: Double =
          switch question.distance {
          case .l2: differences.map { $0 * $0 }.reduce(0, +).squareRoot()
          case .l1: differences.reduce(0, +)
          case .max: differences.max() ?? 0
          }
        return (distance, sample + 1)
      }.sorted { $0 < $1 }.prefix(question.count)
      #expect(table["sample_id"].map(\.int) == expected.map(\.1), "\(question)")
      #expect(table["distance"].map(\.double) == expected.map(\.0))
      return answer.notes
    }
  }

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
      for (layer, text) in NeuronTopTests.units + [("conv4_1", "0-3"), ("fc6", "0")] {
        for (distance, count) in [
          (NeuronNearestQuestion.Distance.l2, 4), (.l1, 100), (.max, 10),
        ] {
          _ = try check(place, layer, text) {
            $0.setting.usesIndex = stage > 0
            $0.distance = distance
            $0.count = count
            $0.pool = count == 10 ? .mean : .max
          }
        }
      }
      _ = try check(place, "conv3_1", nil) { $0.setting.usesIndex = stage > 0 }
    }
  }

  @Test("a sample is named by its path as well; what is not there is said")
  func names() throws {
    let place = try NeuronStore()
    _ = try check(place, "fc6", nil) { $0.sample = "20.png" }
    let error = queryError { _ = try check(place, "fc6", nil) { $0.sample = "20.pgn" } }
    #expect(error?.exitCode == 2 && error?.description.contains("did you mean") == true)
    #expect(queryError { _ = try check(place, "fc6", nil) { $0.sample = "99" } }?.exitCode == 2)
    #expect(
      queryError { _ = try check(place, "fc", nil) }?.description.contains("did you mean fc6")
        == true)
  }
}
