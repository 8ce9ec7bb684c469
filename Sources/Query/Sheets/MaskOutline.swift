internal import Raster

/// The outline of a mask, as lines between its pixels and those that do not belong to it.
struct MaskOutline {
  /// Ends of lines, in pixels of the mask from its upper left corner.
  let lines: [(from: CanvasPoint, to: CanvasPoint)]
  /// The middle of the mask's pixels.
  let centre: CanvasPoint

  /// The outline of a mask of `side` pixels a row; nil if it is empty.
  init?(_ mask: [Bool], side: Int) {
    guard side > 0, mask.contains(true) else { return nil }
    let height = mask.count / side
    func isSet(_ x: Int, _ y: Int) -> Bool {
      x >= 0 && y >= 0 && x < side && y < height && mask[y * side + x]
    }
    var lines: [(CanvasPoint, CanvasPoint)] = []
    var (sumX, sumY, count) = (0, 0, 0)
    // Edges in a row are one line, so that antialiasing leaves no gaps.
    for y in 0...height {
      var start: Int?
      for x in 0...side {
        let isEdge = x < side && isSet(x, y) != isSet(x, y - 1)
        if isEdge, start == nil { start = x }
        if !isEdge, let first = start {
          lines.append(
            (CanvasPoint(x: Double(first), y: Double(y)), CanvasPoint(x: Double(x), y: Double(y))))
          start = nil
        }
      }
    }
    for x in 0...side {
      var start: Int?
      for y in 0...height {
        let isEdge = y < height && isSet(x, y) != isSet(x - 1, y)
        if isEdge, start == nil { start = y }
        if !isEdge, let first = start {
          lines.append(
            (CanvasPoint(x: Double(x), y: Double(first)), CanvasPoint(x: Double(x), y: Double(y))))
          start = nil
        }
      }
    }
    for (index, value) in mask.enumerated() where value {
      sumX += index % side
      sumY += index / side
      count += 1
    }
    self.lines = lines
    centre = CanvasPoint(
      x: Double(sumX) / Double(count) + 0.5, y: Double(sumY) / Double(count) + 0.5)
  }
}
