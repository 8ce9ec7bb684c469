import Testing

@testable import CommandLineKit

@Suite("Edit distance")
struct EditDistanceTests {
  @Test(
    "known distances, in both directions",
    arguments: [
      ("", "", 0), ("", "abc", 3), ("flips", "flips", 0), ("flips", "filps", 1),
      ("kitten", "sitting", 3), ("saturday", "sunday", 3), ("ca", "abc", 3), ("Sql", "sQL", 0),
    ])
  func distances(first: String, second: String, expected: Int) {
    #expect(editDistance(first, second) == expected)
    #expect(editDistance(second, first) == expected)
  }

  @Test("nothing is suggested for a word that is far from all, a prefix finds its word")
  func suggestions() {
    let commands = ["flips", "forgotten", "ingest"]
    #expect(nearest(to: "frogotten", in: commands) == "forgotten")
    #expect(nearest(to: "forg", in: commands) == "forgotten")
    #expect(nearest(to: "paint", in: commands) == nil)
    #expect(nearest(to: "x", in: commands) == nil)
  }
}
