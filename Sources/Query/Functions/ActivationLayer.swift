internal import SQLite
internal import Warehouse

/// A layer of a model, and where rows of one of its tiers are stored.
struct ActivationLayer {
  /// Samples of a data set that lie one after the other.
  struct Stretch: Hashable {
    let dataset: Int64
    let positions: Range<Int>
  }

  let model: String
  let name: String
  let key: String
  let tier: Tier
  let channels: Int
  let height: Int
  let width: Int
  /// By data set and position.
  let stretches: [Stretch]

  /// Finds a layer by name.
  ///
  /// - Throws: `QueryError` if a name is unknown or nothing of the tier is stored.
  init(model: String, layer: String, tier: Tier, in catalogue: Connection) throws {
    guard let id = try catalogue.row("SELECT id FROM model WHERE name = ?", model)?[0] else {
      let names = try catalogue.rows("SELECT name FROM model").compactMap { $0[0].string }
      throw QueryError.usage(
        "there is no model \(model)" + NearNames.question(model, among: names))
    }
    let found = try catalogue.row(
      "SELECT prefix, channels, height, width FROM layer WHERE model = ? AND name = ?", id, layer)
    guard let found else {
      let names = try catalogue.rows("SELECT name FROM layer WHERE model = ?", id)
        .compactMap { $0[0].string }
      throw QueryError.usage(
        "there is no layer \(layer) in \(model)" + NearNames.question(layer, among: names))
    }
    guard let key = found[0].string, let channels = found[1].int, let height = found[2].int,
      let width = found[3].int, channels > 0, height > 0, width > 0
    else {
      throw QueryError.failed("layer \(layer) of \(model) makes no sense: run lethe verify")
    }
    let stored = try catalogue.rows(
      """
      SELECT a.dataset, a.first, s.count FROM stored_array a JOIN segment s ON s.id = a.segment
      WHERE a.key = ? AND a.tier = ? ORDER BY a.dataset, a.first
      """, key, tier.rawValue)
    stretches = stored.compactMap { row in
      guard case .integer(let dataset) = row[0], let first = row[1].int, let count = row[2].int,
        first >= 0, count > 0, count < Int.max - first
      else { return nil }
      return Stretch(dataset: dataset, positions: first..<first + count)
    }
    guard !stretches.isEmpty else {
      let keep = tier == .pooled ? "" : " --keep pooled,\(tier.rawValue)"
      throw QueryError.nothingFound(
        "\(tier.rawValue) of layer \(layer) of \(model) are not stored; "
          + "run: lethe ingest --model \(model) --layer \(layer)\(keep)")
    }
    (self.model, name, self.key, self.tier) = (model, layer, key, tier)
    (self.channels, self.height, self.width) = (channels, height, width)
  }

  /// The stretch that holds a position, if one does.
  func stretch(of position: Int, dataset: Int64) -> Stretch? {
    var low = 0
    var high = stretches.count
    while low < high {
      let middle = (low + high) / 2
      let stretch = stretches[middle]
      if (stretch.dataset, stretch.positions.upperBound) <= (dataset, position) {
        low = middle + 1
      } else {
        high = middle
      }
    }
    guard low < stretches.count, stretches[low].dataset == dataset,
      stretches[low].positions.contains(position)
    else { return nil }
    return stretches[low]
  }

  /// The samples of the block that begins where another one ends; nil if none are stored there.
  func next(after block: Stretch, step: Int) -> Stretch? {
    let start = block.positions.upperBound
    return stretch(of: start, dataset: block.dataset).map { $0.block(of: start, step: step) }
  }
}

extension ActivationLayer.Stretch {
  /// The part of the stretch that holds a position, where it is cut into parts of `step` samples.
  func block(of position: Int, step: Int) -> ActivationLayer.Stretch {
    let start = position - (position - positions.lowerBound) % step
    return ActivationLayer.Stretch(
      dataset: dataset, positions: start..<min(positions.upperBound, start + step))
  }
}
