import Testing

@testable import Compute

@Suite("Rank lists")
struct RankListTests {
  @Test("hold the samples above the threshold and no other", arguments: [1, 5, 16, 17, 200, 3_000])
  func lists(count: Int) throws {
    var stream = RandomStream(seed: 8)
    for different in [2, 30, 1_000_000] {
      let values = (0..<count).map { _ in Float(stream.below(different)) - 3 }
      let (threshold, bytes) = RankList.make(of: values)
      let rank = min(count - 1, (count + 15) / 16)
      #expect(threshold == values.sorted(by: >)[rank])
      let members = try #require(RankList.decode(bytes, count: count))
      #expect(members == values.indices.filter { values[$0] > threshold })
      #expect(members.count <= rank)
    }
  }

  @Test("positions far apart take more bytes")
  func gaps() {
    let positions = [0, 1, 128, 129, 20_000, 3_000_000]
    let bytes = RankList.encode(positions)
    #expect(bytes == [0, 0, 126, 0, 0x9E, 0x9B, 1, 0x9F, 0xF1, 0xB5, 1])
    #expect(RankList.decode(bytes, count: 3_000_001) == positions)
  }

  @Test("what is no list is refused")
  func damaged() {
    #expect(RankList.decode([5], count: 5) == nil)
    #expect(RankList.decode([1, 3], count: 5) == nil)
    #expect(RankList.decode([0x80], count: 500) == nil)
    #expect(RankList.decode([UInt8](repeating: 0xFF, count: 12), count: 5) == nil)
    #expect(RankList.decode([], count: 5) == [])
  }
}
