extension GridMasks {
  /// Masks of input pixels brought to the grid: a cell belongs to the concept when at least half
  /// of its area is covered.
  ///
  /// Cells need not be whole pixels: areas are exact (in integers) for any two sizes.
  /// - Parameters:
  ///   - mask: Row-major [samples, pixelHeight, pixelWidth]; not 0 where a pixel is covered.
  ///   - samples: Samples.
  ///   - pixelHeight: Rows of pixels.
  ///   - pixelWidth: Columns of pixels.
  ///   - height: Rows of the grid, 1 to ``longestSide``.
  ///   - width: Columns of the grid, 1 to ``longestSide``.
  /// - Returns: Nil if `mask` is not as long as the sizes say, or a size of a picture is not
  ///   between 1 and 65,536.
  public static func reducing(
    _ mask: [UInt8], samples: Int, pixelHeight: Int, pixelWidth: Int, toHeight height: Int,
    width: Int
  ) -> GridMasks? {
    let sides = 1...65_536
    guard samples >= 0, sides.contains(pixelHeight), sides.contains(pixelWidth) else { return nil }
    let (count, overflow) = samples.multipliedReportingOverflow(by: pixelHeight * pixelWidth)
    guard !overflow, count == mask.count else { return nil }
    var result = empty(samples: samples, height: height, width: width)
    let rows = (0..<height).map { Coverage(cell: $0, of: height, pixels: pixelHeight) }
    let columns = (0..<width).map { Coverage(cell: $0, of: width, pixels: pixelWidth) }
    // A cell is pixelHeight × pixelWidth of the units that Coverage counts in.
    let whole = pixelHeight * pixelWidth
    for sample in 0..<samples {
      let base = sample * whole
      for (y, row) in rows.enumerated() {
        for (x, column) in columns.enumerated() {
          var covered = 0
          for (line, share) in zip(row.first..., row.shares) {
            let start = base + line * pixelWidth + column.first
            var inLine = 0
            for (index, part) in column.shares.enumerated() where mask[start + index] != 0 {
              inLine += part
            }
            covered += share * inLine
          }
          if 2 * covered >= whole { result.insert(sample, y, x) }
        }
      }
    }
    return result
  }
}

/// How much of each pixel lies in a cell, along one axis, in units of 1/cells of a pixel.
private struct Coverage {
  let first: Int
  let shares: [Int]

  init(cell: Int, of cells: Int, pixels: Int) {
    let (start, end) = (cell * pixels, (cell + 1) * pixels)
    first = start / cells
    shares = (first...(end - 1) / cells).map { pixel in
      min(end, (pixel + 1) * cells) - max(start, pixel * cells)
    }
  }
}
