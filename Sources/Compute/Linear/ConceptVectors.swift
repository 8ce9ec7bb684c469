/// Concept activation vectors of several concepts in the features of one layer, and of labels drawn
/// at random to test them against.
public struct ConceptVectors: Sendable {
  /// How a vector is found.
  public enum Method: String, Sendable, CaseIterable {
    /// The normal of a logistic regression.
    case logistic
    /// The difference of the class means (FastCAV).
    case fast
  }

  /// The vectors of one concept, each of length 1.
  public struct Concept: Sendable, Equatable {
    /// One number a feature, towards where the concept is.
    public let vector: [Double]
    /// The same for random labels of which as many are present.
    public let random: [[Double]]
    /// λ; nil for the difference of means.
    public let penalty: Double?
  }

  /// How vectors are found.
  public let method: Method
  /// How many sets of random labels there are for each concept.
  public let random: Int
  /// The seed of random labels.
  public let seed: UInt64

  /// A way of finding vectors.
  ///
  /// - Parameters:
  ///   - method: How vectors are found.
  ///   - random: How many sets of random labels there are for each concept.
  ///   - seed: The seed of random labels.
  public init(method: Method, random: Int, seed: UInt64) {
    self.method = method
    self.random = max(0, random)
    self.seed = seed
  }

  /// Finds the vectors of concepts.
  ///
  /// - Parameters:
  ///   - concepts: A key of each, by which its random labels are drawn, and whether it is there in
  ///     each sample; nil where that is unknown.
  ///   - values: Row-major [samples, features].
  ///   - features: How many there are.
  ///   - folds: The fold of each sample, to choose λ by; nil if there are none.
  /// - Returns: One concept each; nil where it is present or absent in no sample, or no feature
  ///   tells it; nothing at all if a feature is not finite. The bits do not depend on threads.
  public func find(
    _ concepts: [(key: UInt64, isPresent: [Bool?])], in values: [Double], features: Int,
    folds: [Int]?
  ) -> [Concept?]? {
    guard let design = DesignMatrix(values, features: features) else { return nil }
    let targets = concepts.map { LogisticTarget(isPresent: $0.isPresent) }
    guard method == .logistic else {
      return concurrentMap(concepts.count) { index in
        concept(concepts[index].key, concepts[index].isPresent, penalty: nil) { labels in
          labels.map {
            ConceptVector.meanDifference(values, features: features, isPresent: $0)
          }
        }
      }
    }
    let choices =
      folds.map { PenaltySearch().choose(targets, over: design, folds: $0) }
      ?? targets.map { _ in nil }
    return concurrentMap(concepts.count) { index in
      let penalty = choices[index]?.penalty ?? ProbeBattery.fallback
      return concept(concepts[index].key, concepts[index].isPresent, penalty: penalty) { labels in
        LogisticRegression.fit(
          labels.map { LogisticTarget(isPresent: $0) }, to: design,
          penalties: labels.map { _ in penalty }, tolerance: 1e-5
        ).map { $0.flatMap { ConceptVector.normal(of: $0, in: design) } }
      }
    }
  }

  private func concept(
    _ key: UInt64, _ isPresent: [Bool?], penalty: Double?, _ vectors: ([[Bool?]]) -> [[Double]?]
  ) -> Concept? {
    let drawn = (0..<random).map { shuffled(isPresent, key, UInt64($0)) }
    let found = vectors([isPresent] + drawn)
    guard let own = found.first ?? nil else { return nil }
    return Concept(
      vector: own, random: found.dropFirst().compactMap { $0 }, penalty: penalty)
  }

  /// The known labels in random order.
  private func shuffled(_ isPresent: [Bool?], _ key: UInt64, _ draw: UInt64) -> [Bool?] {
    let known = isPresent.indices.filter { isPresent[$0] != nil }
    var stream = RandomStream(seed: seed, RandomStream.key("random concept"), key, draw)
    var labels = isPresent
    for (place, other) in stream.permutation(known.count).enumerated() {
      labels[known[place]] = isPresent[known[other]]
    }
    return labels
  }
}
