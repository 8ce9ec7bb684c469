import Testing

@testable import Compute

@Suite("Bounded search")
struct BoundedSearchTests {
  /// What computing every cost finds.
  private func reference(_ count: Int, _ costs: [Double]) -> [BoundedSearch.Found] {
    costs.enumerated().filter { !$0.element.isNaN }
      .sorted { ($0.element, $0.offset) < ($1.element, $1.offset) }.prefix(count)
      .map { BoundedSearch.Found(item: $0.offset, cost: $0.element) }
  }

  @Test("finds what computing every cost finds", arguments: [1, 3, 10, 40, 100], [1, 7, 64])
  func equality(count: Int, batch: Int) {
    var stream = RandomStream(seed: 5)
    for round in 0..<20 {
      // Few different costs, so that many are equal; some undefined.
      let costs = (0..<60).map { _ in
        round % 4 == 0 && stream.below(10) == 0 ? Double.nan : Double(stream.below(12))
      }
      let bounds = costs.map { $0.isNaN ? 0 : $0 - Double(stream.below(4)) }
      var seen: [Int] = []
      let result = BoundedSearch.least(count, bounds: bounds, isExact: false, batch: batch) {
        items in
        seen += items
        return items.map { costs[$0] }
      }
      #expect(result.found == reference(count, costs))
      #expect(result.computed == seen.count && Set(seen).count == seen.count)
      let exact = BoundedSearch.least(count, bounds: costs, isExact: true, batch: batch) { _ in [] }
      #expect(exact.found == reference(count, costs))
      #expect(exact.undefined == costs.count { $0.isNaN })
    }
  }

  @Test("computes no cost that the bounds rule out")
  func economy() {
    let costs = (0..<100).map { Double($0) }
    let result = BoundedSearch.least(3, bounds: costs, isExact: false, batch: 2) { items in
      items.map { costs[$0] }
    }
    #expect(result.found.map(\.item) == [0, 1, 2])
    #expect(result.computed == 4)
  }

  @Test("an equal bound of a later item is ruled out, of an earlier one not")
  func ties() {
    let bounds: [Double] = [1, 0, 1, 1]
    let costs: [Double] = [1, 1, 1, 1]
    var seen: [Int] = []
    let result = BoundedSearch.least(1, bounds: bounds, isExact: false, batch: 1) { items in
      seen += items
      return items.map { costs[$0] }
    }
    #expect(result.found == [BoundedSearch.Found(item: 0, cost: 1)])
    #expect(seen == [1, 0])
  }

  @Test("nothing to find, or nothing there")
  func empty() {
    let none = BoundedSearch.least(0, bounds: [1], isExact: false, batch: 1) { _ in [1] }
    #expect(none.found == [] && none.computed == 0)
    let empty = BoundedSearch.least(3, bounds: [], isExact: false, batch: 1) { _ in [] }
    #expect(empty.found == [])
  }
}
