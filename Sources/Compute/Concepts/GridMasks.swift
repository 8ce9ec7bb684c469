/// Where a concept is, on the concept grid, for a number of samples: one bit a cell.
public struct GridMasks: Sendable, Equatable {
  /// Samples.
  public let samples: Int
  /// Rows of the grid.
  public let height: Int
  /// Columns of the grid.
  public let width: Int
  /// Cells packed as ``GridRows`` says, `layout.words` a sample.
  private(set) var words: [UInt64]

  /// The longest side of a grid.
  public static let longestSide = 2048

  var layout: GridRows { GridRows(height: height, width: width) }

  /// Masks without a single cell.
  ///
  /// - Parameters:
  ///   - samples: Samples.
  ///   - height: Rows of the grid, 1 to ``longestSide``.
  ///   - width: Columns of the grid, 1 to ``longestSide``.
  /// - Returns: The masks.
  public static func empty(samples: Int, height: Int, width: Int) -> GridMasks {
    GridMasks(samples: samples, height: height, width: width)
  }

  private init(samples: Int, height: Int, width: Int) {
    let sides = 1...GridMasks.longestSide
    precondition(
      samples >= 0 && sides.contains(height) && sides.contains(width),
      "a grid has 1 to \(GridMasks.longestSide) cells a side")
    self.samples = samples
    self.height = height
    self.width = width
    words = [UInt64](repeating: 0, count: samples * GridRows(height: height, width: width).words)
  }

  /// Masks given cell by cell.
  ///
  /// - Parameters:
  ///   - cells: Row-major [samples, height, width]; not 0 where the cell belongs to the concept.
  ///   - samples: Samples.
  ///   - height: Rows of the grid, 1 to ``longestSide``.
  ///   - width: Columns of the grid, 1 to ``longestSide``.
  public init(cells: [UInt8], samples: Int, height: Int, width: Int) {
    self.init(samples: samples, height: height, width: width)
    precondition(cells.count == samples * height * width, "masks of another size")
    for (index, cell) in cells.enumerated() where cell != 0 {
      let (sample, place) = index.quotientAndRemainder(dividingBy: height * width)
      insert(sample, place / width, place % width)
    }
  }

  /// Whether a cell belongs to the concept.
  ///
  /// - Parameters:
  ///   - sample: 0..<``samples``.
  ///   - row: 0..<``height``.
  ///   - column: 0..<``width``.
  public subscript(sample: Int, row: Int, column: Int) -> Bool {
    precondition((0..<height).contains(row) && (0..<width).contains(column), "outside the grid")
    let bit = layout.bit(row, column)
    return words[sample * layout.words + bit >> 6] >> UInt64(bit & 63) & 1 == 1
  }

  /// How many cells of a sample (0..<``samples``) belong to the concept.
  public func count(_ sample: Int) -> Int {
    let size = layout.words
    return words[sample * size..<(sample + 1) * size].reduce(0) { $0 + $1.nonzeroBitCount }
  }

  /// How many cells of a sample belong to both concepts.
  ///
  /// - Parameters:
  ///   - other: Masks on an equal grid.
  ///   - sample: A sample of both.
  /// - Returns: Cells.
  public func overlap(with other: GridMasks, _ sample: Int) -> Int {
    precondition(layout == other.layout, "masks on different grids")
    let range = sample * layout.words..<(sample + 1) * layout.words
    return zip(words[range], other.words[range]).reduce(0) { $0 + ($1.0 & $1.1).nonzeroBitCount }
  }

  /// The masks of some samples, in the order of `rows`, each of which is in 0..<``samples``.
  public func selecting(_ rows: [Int]) -> GridMasks {
    var result = GridMasks(samples: rows.count, height: height, width: width)
    let size = layout.words
    for (index, row) in rows.enumerated() {
      for word in 0..<size { result.words[index * size + word] = words[row * size + word] }
    }
    return result
  }

  /// The same masks moved over the grid; what leaves at one side comes in at the other.
  ///
  /// - Parameters:
  ///   - down: Rows, of either sign.
  ///   - right: Columns, of either sign.
  /// - Returns: As many masks of the same sizes.
  public func shifted(down: Int, right: Int) -> GridMasks {
    var result = GridMasks(samples: samples, height: height, width: width)
    for sample in 0..<samples {
      for row in 0..<height {
        for column in 0..<width where self[sample, row, column] {
          result.insert(
            sample, GridMasks.wrapped(row + down % height, height),
            GridMasks.wrapped(column + right % width, width))
        }
      }
    }
    return result
  }

  private static func wrapped(_ value: Int, _ size: Int) -> Int {
    let rest = value % size
    return rest < 0 ? rest + size : rest
  }

  /// How many cells of a row of the grid belong to the concept.
  func count(_ sample: Int, line: Int) -> Int {
    let size = layout.rowBytes
    return (line * size..<(line + 1) * size).reduce(0) { sum, byte in
      let word = words[sample * layout.words + byte >> 3]
      return sum + (word >> UInt64(8 * (byte & 7)) & 255).nonzeroBitCount
    }
  }

  mutating func insert(_ sample: Int, _ row: Int, _ column: Int) {
    let bit = layout.bit(row, column)
    words[sample * layout.words + bit >> 6] |= 1 << UInt64(bit & 63)
  }
}
