internal import Compute
internal import SQLite
internal import Warehouse

/// The masks of the action units that are present in some samples.
struct UnitMasks {
  private var masks: [Int: [(au: Int, mask: [Bool])]] = [:]

  /// Reads the masks of a range of positions, in pixels of an input.
  init(of positions: Range<Int>, dataset: Int64, _ inputKey: String, in store: Store) throws {
    let units = try store.catalogue.rows(
      "SELECT DISTINCT au FROM au_mask WHERE input_key = ? AND kind = 'mask' ORDER BY au", inputKey)
    for row in units {
      guard let au = row[0].int else { continue }
      let stored = try store.readMasks(
        inputKey: inputKey, dataset: dataset, au: au, kind: .mask, positions: positions)
      let size = stored.rowShape.reduce(1, *)
      for (index, position) in stored.positions.enumerated() {
        let mask = stored.values[index * size..<(index + 1) * size].map { $0 != 0 }
        masks[position, default: []].append((au, mask))
      }
    }
  }

  /// The mask of an action unit in a sample, if there is one.
  func mask(au: Int, position: Int) -> [Bool]? {
    masks[position]?.first { $0.au == au }?.mask
  }

  /// How well a heat map falls on each mask of a sample.
  func scores(of heat: [Float], position: Int) -> [RelevanceRow.UnitScore] {
    (masks[position] ?? []).compactMap { unit in
      guard unit.mask.count == heat.count else { return nil }
      let scores = HeatMapScores(heat: heat, mask: unit.mask)
      return RelevanceRow.UnitScore(
        au: unit.au, mass: scores.mass, areaMass: scores.areaAdjustedMass, rank: scores.rank,
        hit: scores.hit)
    }
  }
}
