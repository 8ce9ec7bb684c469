import Testing

@testable import Compute

@Suite("Costs over units")
struct UnitCostTests {
  private let rows: [[Float]] = [[1, -2, 0.5], [3, 3, 3], [-1, 0, 8]]

  private func column(_ unit: Int) -> [Float] { rows.map { $0[unit] } }

  @Test("combinations are those of each sample's activations")
  func combinations() {
    for (combination, expected) in [
      (UnitCombination.sum, [-0.5, 9, 7]), (.min, [-2, 3, -1]), (.max, [1, 3, 8]),
    ] {
      var totals = [Double](repeating: combination.start, count: 3)
      for unit in 0..<3 { combination.add(column(unit), to: &totals) }
      #expect(totals == expected)
    }
  }

  @Test("distances are those of the definition")
  func distances() {
    let centre: [Float] = [0, 1, 2]
    for (distance, expected) in [
      (UnitDistance.l2, [3.5, Double(14).squareRoot(), Double(38).squareRoot()]),
      (.l1, [5.5, 6, 8]), (.max, [3, 3, 6]),
    ] {
      var totals = [Double](repeating: 0, count: 3)
      for unit in 0..<3 {
        distance.add(
          lower: column(unit), upper: column(unit), centre: centre[unit], to: &totals)
      }
      #expect(totals.map(distance.distance) == expected)
    }
  }

  @Test("bounds give the distance of the nearest point", arguments: UnitDistance.allCases)
  func bounds(distance: UnitDistance) {
    var totals = [Double](repeating: 0, count: 4)
    distance.add(
      lower: [-1, 2, -.infinity, -3], upper: [4, .infinity, .infinity, -2], centre: 1, to: &totals)
    #expect(totals.map(distance.distance) == [0, 1, 0, 3])
  }

  @Test("what is no number stays none")
  func undefined() {
    for combination in UnitCombination.allCases {
      var totals = [combination.start, combination.start]
      for column: [Float] in [[1, .nan], [.nan, 1], [2, 2]] {
        combination.add(column, to: &totals)
      }
      #expect(totals.allSatisfy { $0.isNaN })
    }
    for distance in UnitDistance.allCases {
      var totals = [0.0, 0]
      for column: [Float] in [[1, .nan], [.nan, 1], [2, 2]] {
        distance.add(lower: column, upper: column, centre: 0, to: &totals)
      }
      #expect(totals.allSatisfy { $0.isNaN })
    }
  }
}
