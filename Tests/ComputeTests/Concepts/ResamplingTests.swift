import Testing

@testable import Compute

@Suite("Interpolation along one axis")
struct ResamplingTests {
  @Test("equals the formula, for all sizes to 9", arguments: [true, false])
  func formula(alignCorners: Bool) {
    for units in 1...9 {
      for cells in 1...9 {
        let axis = Resampling(units: units, cells: cells, alignCorners: alignCorners)
        let expected = ConceptReference.weights(
          units: units, cells: cells, alignCorners: alignCorners)
        for unit in 0..<units {
          var column = [Double](repeating: 0, count: cells)
          for (index, cell) in axis.readers.cells(unit).enumerated() {
            column[cell] = axis.readers.weights[axis.readers.offsets[unit] + index]
          }
          #expect(
            (0..<cells).allSatisfy { abs(column[$0] - expected[$0][unit]) < 1e-12 },
            "\(units) units on \(cells) cells")
        }
      }
    }
  }

  @Test("PyTorch's example: two units on four cells")
  func example() {
    let outer = Resampling(units: 2, cells: 4, alignCorners: false)
    #expect(outer.fraction == [0, 0.25, 0.75, 0] && outer.first == [0, 0, 0, 1])
    let corners = Resampling(units: 2, cells: 4, alignCorners: true)
    #expect(corners.fraction == [0, 1.0 / 3, 2.0 / 3, 0] && corners.first == [0, 0, 0, 1])
  }

  @Test("a single filter at exactly one half says no")
  func ties() throws {
    // One of two units on: the cells in between read 1, ½ and 0 of it.
    let bits = try #require(
      packed(samples: 1, channels: 1, height: 1, width: 2) { _, _, place in place == 0 })
    let layer = ConceptLayer(bits, gridHeight: 1, gridWidth: 3)
    let empty = GridMasks.empty(samples: 1, height: 1, width: 3)
    #expect(layer.scores(filter: 0, masks: empty, samples: [0]).map(\.predicted) == [1])
  }
}
