import Compute
import Testing

@testable import lethe_studies

@Suite("Differences between groups")
struct GroupDifferenceTests {
  private typealias Person = GroupDifference.Person

  @Test("a difference by hand, and all deals of four people")
  func byHand() throws {
    let people = [
      Person(isFirst: true, forgotten: 4, gained: 1, pictures: 10),
      Person(isFirst: true, forgotten: 3, gained: 1, pictures: 10),
      Person(isFirst: false, forgotten: 1, gained: 1, pictures: 10),
      Person(isFirst: false, forgotten: 0, gained: 1, pictures: 10),
    ]
    let lost = GroupDifference(people, of: .nfr)
    #expect(lost.subjects == (2, 2))
    #expect(abs((lost.difference ?? 0) - 0.3) < 1e-12)
    // Of the six ways to deal two and two, the observed one and its mirror are as extreme.
    #expect(abs((lost.pValue ?? 0) - 1.0 / 3) < 0.02)
    let interval = try #require(lost.interval)
    #expect(interval.low > 0 && interval.low <= 0.3 && interval.high >= 0.3)
    let gained = GroupDifference(people, of: .pfr)
    #expect(gained.difference == 0)
    #expect(gained.pValue == 1)
  }

  @Test("groups of eight that differ entirely: hardly a deal does so too")
  func distinct() {
    let people = (0..<16).map {
      Person(isFirst: $0 < 8, forgotten: $0 < 8 ? 5 : 1, gained: 0, pictures: 10)
    }
    let lost = GroupDifference(people, of: .nfr)
    #expect((lost.pValue ?? 1) < 0.001)
    #expect(GroupDifference(people, of: .pfr).pValue == 1)
  }

  @Test("a group without people has no difference")
  func empty() {
    let people = [Person(isFirst: true, forgotten: 1, gained: 0, pictures: 10)]
    let lost = GroupDifference(people, of: .nfr)
    #expect(lost.difference == nil && lost.pValue == nil)
  }
}
