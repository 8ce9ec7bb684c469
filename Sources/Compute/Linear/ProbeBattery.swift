/// Logistic probes of the same targets on the features of any number of layers.
public struct ProbeBattery: Sendable {
  /// The features of one layer.
  public struct Layer: Sendable {
    /// Of the samples that probes learn from, row-major [samples, features].
    public let train: [Double]
    /// Of the samples that they are tried on.
    public let held: [Double]
    /// Features a sample.
    public let features: Int

    /// A layer.
    public init(train: [Double], held: [Double], features: Int) {
      self.train = train
      self.held = held
      self.features = features
    }
  }

  /// A probe, by what it says of the samples that it did not learn from.
  public struct Probe: Sendable, Equatable {
    /// Row-major [samples, outputs], as of `LogisticModel`.
    public let logits: [Double]
    /// λ.
    public let penalty: Double
    /// Whether the minimum was reached.
    public let isConverged: Bool
  }

  /// The probes of one layer; nil where there is nothing to learn.
  public struct Outcome: Sendable {
    /// One a target.
    public let probes: [Probe?]
    /// One a target, for its permuted labels, with the same λ.
    public let permuted: [Probe?]
    /// One for each of `within`.
    public let within: [Probe?]
  }

  /// What is to be told.
  public let targets: [LogisticTarget]
  /// The same with permuted labels.
  public let permuted: [LogisticTarget]
  /// Which targets are also told with an intercept for each stratum, by their places.
  public let within: [Int]
  /// The stratum of each sample; negative where it is unknown.
  public let stratum: [Int]
  /// The fold of each sample; nil where there are none, and λ is `fallback`.
  public let folds: [Int]?
  /// λ where cross-validation cannot tell.
  public static let fallback = 0.01

  /// A battery.
  ///
  /// - Parameters:
  ///   - targets: What is to be told.
  ///   - permuted: The same with permuted labels.
  ///   - within: The places of targets that are also told within strata.
  ///   - stratum: The stratum of each sample; negative where it is unknown.
  ///   - folds: The fold of each sample; nil if there are none.
  public init(
    targets: [LogisticTarget], permuted: [LogisticTarget], within: [Int], stratum: [Int],
    folds: [Int]?
  ) {
    precondition(permuted.count == targets.count && within.allSatisfy(targets.indices.contains))
    self.targets = targets
    self.permuted = permuted
    self.within = within
    self.stratum = stratum
    self.folds = folds
  }

  /// Fits the probes of layers, each layer on one thread.
  ///
  /// - Parameter layers: Their features.
  /// - Returns: The probes of each; nil if a feature is not finite. The bits depend neither on
  ///   threads nor on the other layers.
  public func run(_ layers: [Layer]) -> [Outcome?] {
    // The largest first, so that none is left for the end.
    let order = layers.indices.sorted { (-layers[$0].features, $0) < (-layers[$1].features, $1) }
    let outcomes = concurrentMap(layers.count) { outcome(layers[order[$0]]) }
    var sorted = [Outcome?](repeating: nil, count: layers.count)
    for (place, layer) in order.enumerated() { sorted[layer] = outcomes[place] }
    return sorted
  }

  private func outcome(_ layer: Layer) -> Outcome? {
    guard layer.held.allSatisfy(\.isFinite),
      let design = DesignMatrix(layer.train, features: layer.features)
    else { return nil }
    let places = design.turn(layer.held)
    let penalties = penalties(targets, design)
    // The layer's own targets and their permuted labels move together.
    let all = probes(targets + permuted, design, places, penalties + penalties)
    return Outcome(
      probes: Array(all.prefix(targets.count)), permuted: Array(all.suffix(targets.count)),
      within: within(design, places))
  }

  private func within(_ design: DesignMatrix, _ places: [Double]) -> [Probe?] {
    let strata = (stratum.max() ?? -1) + 1
    guard !within.isEmpty, strata > 0 else { return within.map { _ in nil } }
    let stratified = design.stratified(stratum.map { max(0, $0) }, strata: strata)
    let known = within.map { targets[$0].keeping { stratum[$0] >= 0 } }
    return probes(known, stratified, places, penalties(known, stratified))
  }

  private func penalties(_ targets: [LogisticTarget], _ design: DesignMatrix) -> [Double] {
    guard let folds else { return targets.map { _ in ProbeBattery.fallback } }
    return PenaltySearch().choose(targets, over: design, folds: folds)
      .map { $0?.penalty ?? ProbeBattery.fallback }
  }

  private func probes(
    _ targets: [LogisticTarget], _ design: DesignMatrix, _ places: [Double],
    _ penalties: [Double]
  ) -> [Probe?] {
    LogisticRegression.fit(targets, to: design, penalties: penalties).map { model in
      model.map {
        Probe(logits: $0.logits(places), penalty: $0.penalty, isConverged: $0.isConverged)
      }
    }
  }
}
