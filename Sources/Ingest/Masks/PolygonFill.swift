/// Turns convex polygons into the pixels that they cover.
enum PolygonFill {
  /// 1 for each of `side × side` pixels whose centre lies in one of the polygons, else 0.
  ///
  /// Pixel x of row y has its centre at (x + 0.5, y + 0.5).
  static func mask(_ polygons: [[PictureRecord.Point]], side: Int) -> [UInt8] {
    var mask = [UInt8](repeating: 0, count: side * side)
    for polygon in polygons {
      for y in rows(of: polygon, side) {
        guard let columns = columns(of: polygon, row: y, side) else { continue }
        for x in columns { mask[y * side + x] = 1 }
      }
    }
    return mask
  }

  private static func rows(of polygon: [PictureRecord.Point], _ side: Int) -> Range<Int> {
    let ys = polygon.map(\.y)
    guard let low = ys.min(), let high = ys.max() else { return 0..<0 }
    return range(low, high, side)
  }

  /// The columns of a row that lie between the polygon's left and right edge.
  private static func columns(
    of polygon: [PictureRecord.Point], row: Int, _ side: Int
  ) -> Range<Int>? {
    let y = Double(row) + 0.5
    var (low, high) = (Double.infinity, -Double.infinity)
    for (index, a) in polygon.enumerated() {
      let b = polygon[(index + 1) % polygon.count]
      guard (a.y <= y) != (b.y <= y) else { continue }
      let x = a.x + (b.x - a.x) * (y - a.y) / (b.y - a.y)
      low = min(low, x)
      high = max(high, x)
    }
    return low <= high ? range(low, high, side) : nil
  }

  /// Pixels whose centres lie in low…high, those of the picture alone.
  private static func range(_ low: Double, _ high: Double, _ side: Int) -> Range<Int> {
    guard low.isFinite, high.isFinite else { return 0..<0 }
    let limit = Double(side)
    let first = Int(min(max((low - 0.5).rounded(.up), 0), limit))
    let end = Int(min(max((high - 0.5).rounded(.down) + 1, 0), limit))
    return first..<max(first, end)
  }
}
