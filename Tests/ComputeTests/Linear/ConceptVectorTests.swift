import Testing

@testable import Compute

@Suite("Concept vectors")
struct ConceptVectorTests {
  @Test("FastCAV is the mean of the centred samples of the concept, scaled")
  func meanDifference() throws {
    let values = randomFeatures(30, 4, seed: 51)
    let isPresent = (0..<30).map { $0 % 7 == 6 ? nil : $0 % 3 == 0 } as [Bool?]
    let vector = try #require(
      ConceptVector.meanDifference(values, features: 4, isPresent: isPresent))
    let known = isPresent.indices.filter { isPresent[$0] != nil }
    let present = known.filter { isPresent[$0] == true }
    let direction = (0..<4).map { feature in
      let mean = known.reduce(0) { $0 + values[$1 * 4 + feature] } / Double(known.count)
      return present.reduce(0) { $0 + values[$1 * 4 + feature] - mean } / Double(present.count)
    }
    let length = direction.reduce(0) { $0 + $1 * $1 }.squareRoot()
    for (a, b) in zip(vector, direction) { #expect(abs(a - b / length) <= 1e-12) }
  }

  @Test("by hand: two pictures of each kind")
  func byHand() {
    let vector = ConceptVector.meanDifference(
      [1, 0, 3, 0, 4, 4, 6, 4], features: 2, isPresent: [false, false, true, true])
    #expect(vector == [0.6, 0.8])
  }

  @Test("without both kinds, or a difference, there is no direction")
  func undefined() {
    #expect(ConceptVector.meanDifference([1, 2], features: 1, isPresent: [true, true]) == nil)
    #expect(ConceptVector.meanDifference([1, 1], features: 1, isPresent: [true, false]) == nil)
    #expect(ConceptVector.meanDifference([1, 2], features: 1, isPresent: [nil, false]) == nil)
  }

  @Test("the normal of a regression points to where the concept is, in features as they came")
  func normal() throws {
    var stream = RandomStream(seed: 61)
    let isPresent = (0..<200).map { _ in stream.chance(0.5) }
    // The first feature tells, the second is noise on a scale of its own, the third is constant.
    let values = isPresent.flatMap {
      [stream.normal($0 ? -2 : 2), stream.normal(0, 50), 3]
    }
    let design = try #require(DesignMatrix(values, features: 3))
    let model = try #require(
      LogisticRegression.fit(
        [LogisticTarget(isPresent: isPresent)], to: design, penalties: [0.01])[0])
    let normal = try #require(ConceptVector.normal(of: model, in: design))
    #expect(normal[0] < -0.999 && abs(normal[1]) < 0.02 && normal[2] == 0)
  }
}
