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
}
