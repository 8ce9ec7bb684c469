internal import SQLite

extension Store {
  /// Stores the thresholds of the `bits` of a layer over a data set, in place of older ones.
  ///
  /// - Parameters:
  ///   - thresholds: What to store.
  ///   - key: The layer's prefix.
  ///   - dataset: The row id of the data set.
  /// - Throws: `WarehouseError` or `SQLiteError` if the warehouse cannot be written.
  public func saveThresholds(_ thresholds: Thresholds, key: String, dataset: Int64) throws {
    try requireWritable()
    try catalogue.run(
      """
      INSERT OR REPLACE INTO threshold (key, dataset, quantile, count, "values")
      VALUES (?, ?, ?, ?, ?)
      """, key, dataset, thresholds.quantile, thresholds.count,
      FloatBlob.bytes(thresholds.values))
  }

  /// The thresholds of a layer over a data set, if they have been found.
  ///
  /// - Parameters:
  ///   - key: The layer's prefix.
  ///   - dataset: The row id of the data set.
  /// - Returns: The thresholds, or nil.
  /// - Throws: `SQLiteError` if they cannot be read, `WarehouseError` if they are damaged.
  public func thresholds(key: String, dataset: Int64) throws -> Thresholds? {
    guard
      let row = try catalogue.row(
        "SELECT quantile, count, \"values\" FROM threshold WHERE key = ? AND dataset = ?", key,
        dataset)
    else { return nil }
    guard let quantile = row[0].double, let count = row[1].int,
      let values = row[2].bytes.flatMap(FloatBlob.values)
    else { throw WarehouseError(.damaged, "thresholds of \(key)", "they are not float32") }
    return Thresholds(quantile: quantile, count: count, values: values)
  }

  /// Stores the bounds above which candidates for thresholds are kept, in place of older ones.
  ///
  /// - Parameters:
  ///   - bounds: What to store.
  ///   - key: The layer's prefix.
  ///   - dataset: The row id of the data set.
  /// - Throws: `WarehouseError` or `SQLiteError` if the warehouse cannot be written.
  public func saveBounds(_ bounds: ProvisionalBounds, key: String, dataset: Int64) throws {
    try requireWritable()
    try catalogue.run(
      """
      INSERT OR REPLACE INTO provisional_bound (key, dataset, attempt, "values")
      VALUES (?, ?, ?, ?)
      """, key, dataset, bounds.attempt, FloatBlob.bytes(bounds.values))
  }

  /// The bounds of a layer over a data set, if a search for its thresholds is under way.
  ///
  /// - Parameters:
  ///   - key: The layer's prefix.
  ///   - dataset: The row id of the data set.
  /// - Returns: The bounds, or nil.
  /// - Throws: `SQLiteError` if they cannot be read, `WarehouseError` if they are damaged.
  public func bounds(key: String, dataset: Int64) throws -> ProvisionalBounds? {
    guard
      let row = try catalogue.row(
        "SELECT attempt, \"values\" FROM provisional_bound WHERE key = ? AND dataset = ?", key,
        dataset)
    else { return nil }
    guard let attempt = row[0].int, let values = row[1].bytes.flatMap(FloatBlob.values) else {
      throw WarehouseError(.damaged, "bounds of \(key)", "they are not float32")
    }
    return ProvisionalBounds(attempt: attempt, values: values)
  }

  /// Forgets the bounds of a layer over a data set.
  public func removeBounds(key: String, dataset: Int64) throws {
    try requireWritable()
    try catalogue.run(
      "DELETE FROM provisional_bound WHERE key = ? AND dataset = ?", key, dataset)
  }
}

/// The thresholds of the `bits` of a layer.
public struct Thresholds: Sendable, Equatable {
  /// The share of values above them.
  public let quantile: Double
  /// Values a channel that the order statistic was taken over.
  public let count: Int
  /// One a channel.
  public let values: [Float]

  /// Thresholds with their parts.
  public init(quantile: Double, count: Int, values: [Float]) {
    self.quantile = quantile
    self.count = count
    self.values = values
  }
}

/// Values, one a channel, below which a threshold is not expected.
public struct ProvisionalBounds: Sendable, Equatable {
  /// 1: estimated from one batch; 2: as low as can be.
  public let attempt: Int
  /// One a channel.
  public let values: [Float]

  /// Bounds with their parts.
  public init(attempt: Int, values: [Float]) {
    self.attempt = attempt
    self.values = values
  }
}

/// Float32 numbers as a blob, little-endian.
enum FloatBlob {
  static func bytes(_ values: [Float]) -> [UInt8] {
    values.flatMap { value in
      withUnsafeBytes(of: value.bitPattern.littleEndian) { Array($0) }
    }
  }

  /// The numbers, or nil if the bytes are none.
  static func values(_ bytes: [UInt8]) -> [Float]? {
    guard bytes.count % 4 == 0 else { return nil }
    return stride(from: 0, to: bytes.count, by: 4).map { start in
      Float(
        bitPattern: (0..<4).reduce(UInt32(0)) { $0 | UInt32(bytes[start + $1]) << UInt32(8 * $1) })
    }
  }
}
