internal import Compute
internal import Warehouse

/// Reads stored features of pairs of layers and measures how alike they are.
struct SimilarityMeasure {
  /// Features a side beyond which the sums, their square, are not held.
  static let mostFeatures = 4_096
  /// About how many elements of each side are read at a time.
  private static let blockElements = 1 << 20

  let store: Store
  let dataset: Int64
  /// Ascending.
  let positions: [Int]
  let features: SimilarityQuestion.Features
  /// HSIC₁ of layers with themselves, by their key; nil where it is undefined.
  private var own: [String: HSIC?] = [:]

  init(
    store: Store, dataset: Int64, positions: [Int], features: SimilarityQuestion.Features
  ) {
    self.store = store
    self.dataset = dataset
    self.positions = positions
    self.features = features
  }

  /// Compares two layers.
  ///
  /// - Parameters:
  ///   - pair: The layers.
  ///   - check: Called before each block of rows; it throws to stop.
  /// - Returns: The measures, nil where they are undefined.
  /// - Throws: `QueryError` if a layer has too many features or another number of them than the
  ///   catalogue says; `WarehouseError` if rows are not stored.
  mutating func compare(_ pair: SimilarityLayers.Pair, _ check: () throws -> Void) throws -> (
    cka: Double?, procrustes: Double?
  ) {
    guard positions.count >= 4 else { return (nil, nil) }
    guard pair.before.prefix != pair.after.prefix else { return (1, 0) }
    let (left, right) = (try count(pair.before), try count(pair.after))
    var cross = CrossMoments(left: left, right: right)
    var ofLeft = isKnown(pair.before) ? nil : CrossMoments(left: left, right: left)
    var ofRight = isKnown(pair.after) ? nil : CrossMoments(left: right, right: right)
    let rows = max(1, min(1_024, SimilarityMeasure.blockElements / max(left, right)))
    for start in stride(from: 0, to: positions.count, by: rows) {
      try check()
      let block = Array(positions[start..<min(positions.count, start + rows)])
      let x = try read(pair.before, block)
      let y = try read(pair.after, block)
      cross.add(x, y)
      ofLeft?.add(x, x)
      ofRight?.add(y, y)
    }
    if let ofLeft { own[pair.before.prefix] = .some(HSIC(ofLeft)) }
    if let ofRight { own[pair.after.prefix] = .some(HSIC(ofRight)) }
    let cka = LinearCKA.value(
      cross: HSIC(cross), left: own[pair.before.prefix] ?? nil,
      right: own[pair.after.prefix] ?? nil)
    return (cka, Procrustes.distance(cross))
  }

  private func isKnown(_ layer: SimilarityLayers.Layer) -> Bool { own[layer.prefix] != nil }

  private func count(_ layer: SimilarityLayers.Layer) throws -> Int {
    let count = layer.count(features)
    guard count <= SimilarityMeasure.mostFeatures else {
      throw QueryError.usage(
        "\(layer.name) has \(count) features a sample and at most \(SimilarityMeasure.mostFeatures) "
          + "can be compared: "
          + (features == .maps
            ? "use channel means, --features means" : "choose others with --layer")
      )
    }
    return count
  }

  /// Features of samples, row-major.
  private func read(_ layer: SimilarityLayers.Layer, _ block: [Int]) throws -> [Double] {
    let isMaps = features == .maps
    let rows = try store.read(
      key: layer.prefix, tier: isMaps ? .maps : .pooled, dataset: dataset, positions: block)
    let count = layer.count(features)
    // Pooled rows are [channels, 2]: mean, maximum.
    let step = isMaps ? 1 : 2
    guard rows.values.count == block.count * count * step else {
      throw QueryError.failed(
        "\(layer.name) is stored as rows of \(rows.rowShape) and the catalogue says \(count) "
          + "features: run lethe verify")
    }
    return stride(from: 0, to: rows.values.count, by: step).map { Double(rows.values[$0]) }
  }
}
