internal import Compute
internal import Warehouse

/// Reads the masks of action units and brings them to a grid.
struct ConceptMasks {
  /// How many samples are read at a time.
  private static let block = 256

  let store: Store
  let dataset: Int64
  let inputKey: String
  let height: Int
  let width: Int

  /// Masks of some samples.
  struct Found {
    /// Rows of the samples that have a mask, ascending.
    var rows: [Int] = []
    /// One a row.
    var masks: GridMasks
  }

  /// A reader for a data set, on the grid that the settings ask for.
  ///
  /// - Parameters:
  ///   - store: The warehouse.
  ///   - dataset: The row id of the data set.
  ///   - inputKey: The digest of the input geometry.
  ///   - grid: Rows of the grid; nil for half the input's. Columns keep the input's proportion.
  /// - Throws: `QueryError` if the grid is finer than the input, `WarehouseError` if inputs are not
  ///   stored.
  init(store: Store, dataset: Int64, inputKey: String, grid: Int?) throws {
    let input = try store.readBytes(key: inputKey, tier: .inputs, dataset: dataset, positions: [0])
    guard input.rowShape.count == 3, input.rowShape[0] > 0, input.rowShape[1] > 0 else {
      throw QueryError.failed("inputs have rows of \(input.rowShape): run lethe verify")
    }
    let (rows, columns) = (input.rowShape[0], input.rowShape[1])
    let height = grid ?? max(1, rows / 2)
    let (most, longest) = (min(rows, GridMasks.longestSide), max(rows, columns))
    guard (1...most).contains(height), longest <= 1 << 16 else {
      throw QueryError.usage(
        "--grid \(height) is not between 1 and \(most), the rows of the input")
    }
    let width = max(1, (height * columns + rows / 2) / rows)
    guard width <= GridMasks.longestSide else {
      throw QueryError.usage(
        "--grid \(height) makes \(width) columns, more than \(GridMasks.longestSide)")
    }
    (self.store, self.dataset, self.inputKey) = (store, dataset, inputKey)
    (self.height, self.width) = (height, width)
  }

  /// The masks of an action unit on the grid, of those samples that have one.
  ///
  /// - Parameters:
  ///   - au: The action unit's number.
  ///   - kind: Whether it is present.
  ///   - samples: The samples.
  ///   - isWanted: Of which rows masks are wanted.
  /// - Returns: Masks that have at least one cell.
  /// - Throws: `WarehouseError` if inputs are not stored, `QueryError` if masks make no sense.
  func read(
    _ au: Int, _ kind: MaskKind, of samples: ConceptSamples, where isWanted: (Int) -> Bool
  ) throws -> Found {
    var rowAt: [Int: Int] = [:]
    for (row, sample) in samples.samples.enumerated() where isWanted(row) {
      rowAt[sample.position] = row
    }
    var found = Found(masks: .empty(samples: 0, height: height, width: width))
    var parts: [GridMasks] = []
    let blocks = Set(rowAt.keys.map { $0 / ConceptMasks.block }).sorted()
    for block in blocks {
      let start = block * ConceptMasks.block
      let last = samples.samples.last?.position ?? start
      let stored = try store.readMasks(
        inputKey: inputKey, dataset: dataset, au: au, kind: kind,
        positions: start..<min(start + ConceptMasks.block, last + 1))
      guard let part = try reduced(stored, keeping: { rowAt[$0] }) else { continue }
      let kept = part.rows.indices.filter { part.masks.count($0) > 0 }
      found.rows += kept.map { part.rows[$0] }
      parts.append(part.masks.selecting(kept))
    }
    found.masks = GridMasks.joining(parts, height: height, width: width)
    return found
  }

  private func reduced(_ stored: StoredMasks, keeping row: (Int) -> Int?) throws -> Found? {
    guard !stored.positions.isEmpty else { return nil }
    let size = stored.rowShape.reduce(1, *)
    var pixels: [UInt8] = []
    var rows: [Int] = []
    for (index, position) in stored.positions.enumerated() {
      guard let row = row(position) else { continue }
      rows.append(row)
      pixels += stored.values[index * size..<(index + 1) * size]
    }
    guard !rows.isEmpty else { return nil }
    guard stored.rowShape.count == 2,
      let masks = GridMasks.reducing(
        pixels, samples: rows.count, pixelHeight: stored.rowShape[0],
        pixelWidth: stored.rowShape[1], toHeight: height, width: width)
    else {
      throw QueryError.failed("masks have rows of \(stored.rowShape): run lethe verify")
    }
    return Found(rows: rows, masks: masks)
  }
}
