import Compute
import Warehouse

/// Draws the masks of action units from landmarks, for data sets that bring no pictures of masks.
///
/// A sample has one for every action unit that is present and has a rule. Their source is
/// `landmarks`.
struct LandmarkMasks {
  static let source = "landmarks"

  let store: Store
  let dataset: StoredDataset

  /// The samples with landmarks that show an action unit, for every one that has a rule.
  ///
  /// - Parameter block: Positions.
  /// - Returns: For every action unit with a rule, its samples' positions and points.
  /// - Throws: `SQLiteError` if the catalogue cannot be read.
  func regions(at block: Range<Int>) throws -> [(au: Int, sets: [StoredLandmarks])] {
    guard try !store.hasMaskFiles(dataset.id) else { return [] }
    var points: [Int: StoredLandmarks] = [:]
    // Sources in order of their names, the data set's own (`labels`) before `openface`.
    for (_, sets) in try store.landmarks(of: dataset.id, positions: block) {
      for set in sets where points[set.position] == nil { points[set.position] = set }
    }
    guard !points.isEmpty else { return [] }
    return try store.presentActionUnits(of: dataset.id, positions: block)
      .filter { MaskRule.rules(for: $0.au) != nil }
      .map { unit in (unit.au, unit.positions.compactMap { points[$0] }) }
      .filter { !$0.sets.isEmpty }
  }

  /// The mask of an action unit in input pixels, 0 or 1; nil if none of it is seen there.
  func pixels(au: Int, _ set: StoredLandmarks, _ transform: InputTransform) -> [UInt8]? {
    let landmarks = set.points.map { PictureRecord.Point(x: $0.x, y: $0.y) }
    guard let region = LandmarkRegion(au: au, landmarks: landmarks) else { return nil }
    let polygons = region.polygons.map { $0.map { transform($0) } }
    let mask = PolygonFill.mask(polygons, side: transform.geometry.size)
    return mask.contains(1) ? mask : nil
  }

  /// Action units that are present in the data set and have no rule; none if it brings masks.
  ///
  /// - Throws: `SQLiteError` if the catalogue cannot be read.
  func withoutRule() throws -> [Int] {
    guard try !store.hasMaskFiles(dataset.id) else { return [] }
    return try store.presentActionUnits(of: dataset.id).filter { MaskRule.rules(for: $0) == nil }
  }
}
