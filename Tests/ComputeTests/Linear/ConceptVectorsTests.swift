import Testing

@testable import Compute

@Suite("Concept vectors with random labels")
struct ConceptVectorsTests {
  /// Three features; the first tells the concept.
  private func data() -> (values: [Double], isPresent: [Bool?], folds: [Int]) {
    var stream = RandomStream(seed: 81)
    let isPresent = (0..<90).map { _ in stream.chance(0.1) ? nil : stream.chance(0.3) } as [Bool?]
    let values = isPresent.flatMap { isPresent in
      [stream.normal(isPresent == true ? 3 : 0), stream.normal(), stream.normal(5, 2)]
    }
    return (values, isPresent, (0..<90).map { $0 % 3 })
  }

  @Test("the vector is that of one regression; random ones differ", arguments: [1, 2])
  func logistic(seed: UInt64) throws {
    let (values, isPresent, folds) = data()
    let concepts: [(key: UInt64, isPresent: [Bool?])] = [(1, isPresent)]
    let all = ConceptVectors(method: .logistic, random: 25, seed: seed)
      .find(concepts, in: values, features: 3, folds: folds)
    let found = try #require(all)
    let concept = try #require(found[0])
    let design = try #require(DesignMatrix(values, features: 3))
    let target = LogisticTarget(isPresent: isPresent)
    let penalty = PenaltySearch().choose([target], over: design, folds: folds)[0]?.penalty
    #expect(concept.penalty == penalty)
    let fitted = LogisticRegression.fit(
      [target], to: design, penalties: [penalty ?? 1], tolerance: 1e-9)[0]
    let model = try #require(fitted)
    let normal = try #require(ConceptVector.normal(of: model, in: design))
    #expect(zip(concept.vector, normal).allSatisfy { abs($0 - $1) < 1e-4 })
    #expect(concept.vector[0] > 0.9)
    #expect(concept.random.count == 25)
    // Labels that mean nothing point to either side.
    #expect((3...22).contains(concept.random.count { $0[0] > 0 }))
  }

  @Test("the difference of means needs no regression, and equal seeds draw equal labels")
  func fast() throws {
    let (values, isPresent, _) = data()
    let concepts: [(key: UInt64, isPresent: [Bool?])] = [(1, isPresent), (2, isPresent)]
    let find = { (seed: UInt64) in
      ConceptVectors(method: .fast, random: 5, seed: seed)
        .find(concepts, in: values, features: 3, folds: nil)
    }
    let found = try #require(find(1))
    let concept = try #require(found[0])
    #expect(concept.penalty == nil)
    #expect(
      concept.vector
        == ConceptVector.meanDifference(values, features: 3, isPresent: isPresent))
    #expect(found == find(1) && found != find(2))
    #expect(found[1]?.vector == concept.vector && found[1]?.random != concept.random)
  }

  @Test("a concept that is nowhere has no vector; features that are not finite have none")
  func undefined() throws {
    let (values, isPresent, folds) = data()
    for method in ConceptVectors.Method.allCases {
      let vectors = ConceptVectors(method: method, random: 2, seed: 1)
      let absent = isPresent.map { _ -> Bool? in false }
      let found = vectors.find(
        [(1, absent), (2, isPresent)], in: values, features: 3, folds: folds)
      #expect(found?.map { $0 != nil } == [false, true])
      let broken = [Double.nan] + values.dropFirst()
      #expect(vectors.find([(2, isPresent)], in: broken, features: 3, folds: folds) == nil)
    }
  }

  @Test("derivatives and p by hand")
  func sensitivity() {
    let gradients = [1.0, 0, -1, 0, 0, 2, 0, -3]
    #expect(ConceptSensitivity.derivatives(gradients, along: [1, 0.5]) == [1, -1, 1, -1.5])
    let p = { ConceptSensitivity.pValue($0, random: $1, centre: $2) }
    #expect(p(0.9, [0.5, 0.1, 0.95, 0.8], 0.5) == 0.6)
    #expect(p(0.5, [0.5, 0.4], 0.5) == 1)
    #expect(p(-2, [1, -3, 2, 0], 0) == 0.6)
    #expect(p(1, [], 0) == nil)
  }
}
