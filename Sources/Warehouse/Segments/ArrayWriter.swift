internal import HDF5

/// Writes the rows of one array of a segment, in any order, each once.
public final class ArrayWriter {
  /// The elements of one row.
  public let rowShape: [Int]
  let dataset: HDF5Dataset
  let tier: Tier?
  let key: String?
  private let ranges: HDF5Dataset?
  private let type: StoredType
  private let chunks: HDF5ChunkWriter?
  private var isWritten: [Bool]

  init(
    dataset: HDF5Dataset, ranges: HDF5Dataset?, type: StoredType, tier: Tier?, key: String?,
    threads: Int
  ) throws {
    self.dataset = dataset
    self.ranges = ranges
    self.type = type
    self.tier = tier
    self.key = key
    // An array without elements is not chunked, and has no rows to write.
    chunks =
      dataset.count > 0
      ? try HDF5ChunkWriter(dataset, threads: threads, looksForRunsOnly: type == .bits) : nil
    rowShape = Array(dataset.shape.dropFirst())
    isWritten = [Bool](repeating: false, count: dataset.shape[0])
  }

  /// The number of elements of one row.
  public var rowCount: Int { rowShape.reduce(1, *) }

  /// Writes rows of float32, converted to what the array stores.
  ///
  /// - Parameters:
  ///   - values: Whole rows.
  ///   - row: The first row, counted from the segment's first sample.
  /// - Throws: `WarehouseError` if they are not whole rows of this array, were written before, or
  ///   cannot be held by its type; `HDF5Error` if the file cannot be written.
  public func write(_ values: UnsafeBufferPointer<Float>, at row: Int) throws {
    let rows = try claim(row, elements: values.count)
    switch type {
    case .f32: try chunks?.write(values, at: row)
    case .f16:
      let halves = try HalfPrecision.encode(values, subject: dataset.path)
      try chunks?.write(halves, at: row)
    case .u8:
      guard let ranges else { throw wrongElements("float32") }
      let coded = try ChannelCodes.encode(
        values, positions: rowShape.dropFirst().reduce(1, *), subject: dataset.path)
      try chunks?.write(coded.codes, at: row)
      try ranges.write(coded.ranges, at: [row, 0, 0], count: [rows, rowShape[0], 2])
    case .bits: throw wrongElements("float32")
    }
  }

  /// Writes rows of float32 from an array, as from a buffer.
  public func write(_ values: [Float], at row: Int) throws {
    try values.withUnsafeBufferPointer { try write($0, at: row) }
  }

  /// Writes rows of bytes: inputs, masks or bits.
  ///
  /// - Parameters:
  ///   - bytes: Whole rows.
  ///   - row: The first row, counted from the array's first.
  /// - Throws: `WarehouseError` if they are not whole rows of this array or were written before,
  ///   `HDF5Error` if the file cannot be written.
  public func write(bytes: [UInt8], at row: Int) throws {
    guard type.element == .uint8, ranges == nil else { throw wrongElements("bytes") }
    _ = try claim(row, elements: bytes.count)
    try chunks?.write(bytes, at: row)
  }

  func storedBytes() throws -> Int {
    try dataset.storedBytes() + (ranges?.storedBytes() ?? 0)
  }

  /// Throws if a row was left out.
  func checkComplete() throws {
    let missing = isWritten.count { !$0 }
    guard missing == 0 else {
      throw WarehouseError(
        .invalid, dataset.path, "\(missing) of \(isWritten.count) rows were not written")
    }
  }

  private func claim(_ row: Int, elements: Int) throws -> Int {
    let size = rowCount
    guard size > 0, elements % size == 0, row >= 0, row <= isWritten.count,
      elements / size <= isWritten.count - row
    else {
      throw WarehouseError(
        .invalid, dataset.path,
        "\(elements) elements from row \(row) on are no rows of the shape \(dataset.shape)")
    }
    let rows = row..<row + elements / size
    guard !isWritten[rows].contains(true) else {
      throw WarehouseError(.invalid, dataset.path, "rows \(rows) were written before")
    }
    for index in rows { isWritten[index] = true }
    return rows.count
  }

  private func wrongElements(_ name: String) -> WarehouseError {
    WarehouseError(.invalid, dataset.path, "the array stores \(type.rawValue), not \(name)")
  }
}
