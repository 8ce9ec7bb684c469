internal import Foundation
internal import SQLite

/// What a model said about one sample.
public struct PredictionRow: Sendable {
  /// The sample's row id.
  public let sample: Int64
  /// A probability a class, in the order of the model's classes.
  public let probabilities: [Float]

  /// A prediction with its parts.
  public init(sample: Int64, probabilities: [Float]) {
    self.sample = sample
    self.probabilities = probabilities
  }
}

/// A mask that was carried into input pixels.
public struct MaskRow: Sendable {
  /// The sample's row id.
  public let sample: Int64
  /// The action unit's number.
  public let au: Int
  /// Whether it is present.
  public let kind: MaskKind
  /// Where the mask comes from, for example `csv`.
  public let source: String
  /// Pixels of the input that belong to it.
  public let pixels: Int

  /// A row with its parts.
  public init(sample: Int64, au: Int, kind: MaskKind, source: String, pixels: Int) {
    self.sample = sample
    self.au = au
    self.kind = kind
    self.source = source
    self.pixels = pixels
  }
}

extension Store {
  /// Inserts predictions; to be called in the `commit` of a segment, or in a transaction.
  ///
  /// The first of the largest probabilities is the predicted class.
  /// - Parameters:
  ///   - rows: The predictions.
  ///   - model: The row id of the model.
  ///   - classes: The model's classes.
  /// - Throws: `WarehouseError` if a row has not one finite probability a class, `SQLiteError` if
  ///   it cannot be written.
  public func insertPredictions(_ rows: [PredictionRow], model: Int64, classes: [String]) throws {
    try requireWritable()
    let statement = try catalogue.prepare(
      """
      INSERT INTO prediction (model, sample, predicted, confidence, probabilities)
      VALUES (?, ?, ?, ?, ?)
      """)
    for row in rows {
      guard row.probabilities.count == classes.count, let best = row.probabilities.max(),
        let predicted = row.probabilities.firstIndex(of: best),
        row.probabilities.allSatisfy(\.isFinite)
      else {
        throw WarehouseError(
          .invalid, "sample \(row.sample)",
          "\(row.probabilities) are not the probabilities of \(classes.count) classes")
      }
      // Nine digits carry a float32 exactly, and the shortest of them that do are printed.
      let text = "[" + row.probabilities.map(\.description).joined(separator: ",") + "]"
      try statement.bind([model, row.sample, classes[predicted], Double("\(best)") ?? 0, text])
      _ = try statement.step()
      statement.reset()
    }
  }

  /// Inserts masks; to be called in the `commit` of a segment, or in a transaction.
  public func insertMasks(_ rows: [MaskRow], inputKey: String) throws {
    try requireWritable()
    for row in rows {
      try catalogue.run(
        """
        INSERT INTO au_mask (input_key, sample, au, kind, source, pixels) VALUES (?, ?, ?, ?, ?, ?)
        """, inputKey, row.sample, row.au, row.kind.rawValue, row.source, row.pixels)
    }
  }

  /// Stores the thresholds of the `bits` of a layer over a data set, in place of older ones.
  ///
  /// - Parameters:
  ///   - thresholds: What to store.
  ///   - key: The layer's prefix.
  ///   - dataset: The row id of the data set.
  /// - Throws: `WarehouseError` or `SQLiteError` if the warehouse cannot be written.
  public func saveThresholds(_ thresholds: Thresholds, key: String, dataset: Int64) throws {
    try requireWritable()
    let bytes = thresholds.values.flatMap { value in
      withUnsafeBytes(of: value.bitPattern.littleEndian) { Array($0) }
    }
    try catalogue.run(
      """
      INSERT OR REPLACE INTO threshold (key, dataset, quantile, count, "values")
      VALUES (?, ?, ?, ?, ?)
      """, key, dataset, thresholds.quantile, thresholds.count, bytes)
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
    guard let quantile = row[0].double, let count = row[1].int, let bytes = row[2].bytes,
      bytes.count % 4 == 0
    else { throw WarehouseError(.damaged, "thresholds of \(key)", "they are not float32") }
    let values = stride(from: 0, to: bytes.count, by: 4).map { start in
      Float(
        bitPattern: (0..<4).reduce(UInt32(0)) { $0 | UInt32(bytes[start + $1]) << UInt32(8 * $1) })
    }
    return Thresholds(quantile: quantile, count: count, values: values)
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
