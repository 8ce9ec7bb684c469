extension GridMasks {
  /// Masks one after the other.
  ///
  /// - Parameters:
  ///   - parts: Masks on the grid.
  ///   - height: Rows of the grid, 1 to ``longestSide``.
  ///   - width: Columns of the grid, 1 to ``longestSide``.
  /// - Returns: The masks of all parts, in their order.
  public static func joining(_ parts: [GridMasks], height: Int, width: Int) -> GridMasks {
    var result = empty(
      samples: parts.reduce(0) { $0 + $1.samples }, height: height, width: width)
    let layout = result.layout
    var next = 0
    for part in parts {
      precondition(part.layout == layout, "masks on different grids")
      for (index, word) in part.words.enumerated() where word != 0 {
        let (sample, place) = index.quotientAndRemainder(dividingBy: layout.words)
        var rest = word
        while rest != 0 {
          let bit = place * 64 + rest.trailingZeroBitCount
          result.insert(next + sample, bit / layout.stride, bit % layout.stride)
          rest &= rest - 1
        }
      }
      next += part.samples
    }
    return result
  }
}
