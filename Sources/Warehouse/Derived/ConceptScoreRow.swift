/// How a concept did on one sample, counted in cells of the mask grid.
public struct ConceptScoreRow: Sendable, Equatable {
  /// The sample's row id.
  public let sample: Int64
  /// Whether the action unit is present; where it is not, the mask is empty.
  public let isPresent: Bool
  /// Cells that are predicted and belong to the mask.
  public let intersection: Int
  /// Cells that are predicted or belong to the mask.
  public let union: Int
  /// Cells that are predicted.
  public let predicted: Int
  /// Cells that belong to the mask.
  public let concept: Int
  /// The largest prediction of any cell, 0 to 1.
  public let peak: Float

  /// A score with its parts.
  public init(
    sample: Int64, isPresent: Bool, intersection: Int, union: Int, predicted: Int, concept: Int,
    peak: Float
  ) {
    self.sample = sample
    self.isPresent = isPresent
    self.intersection = intersection
    self.union = union
    self.predicted = predicted
    self.concept = concept
    self.peak = peak
  }
}

/// Scores as bytes, 32 a sample, little-endian: sample id (int64), present (uint32, 0 or 1),
/// intersection, union, predicted, concept (uint32 each), peak (float32).
enum ConceptScoreBlob {
  static let rowBytes = 32

  static func bytes(_ rows: [ConceptScoreRow]) throws -> [UInt8] {
    var bytes: [UInt8] = []
    bytes.reserveCapacity(rows.count * rowBytes)
    for row in rows {
      append(UInt64(bitPattern: row.sample), 8, to: &bytes)
      append(row.isPresent ? 1 : 0, 4, to: &bytes)
      for count in [row.intersection, row.union, row.predicted, row.concept] {
        guard let count = UInt32(exactly: count) else {
          throw WarehouseError(
            .invalid, "score of sample \(row.sample)", "\(count) is no number of cells")
        }
        append(UInt64(count), 4, to: &bytes)
      }
      append(UInt64(row.peak.bitPattern), 4, to: &bytes)
    }
    return bytes
  }

  /// The scores, or nil if the bytes are none.
  static func rows(_ bytes: [UInt8]) -> [ConceptScoreRow]? {
    guard bytes.count % rowBytes == 0 else { return nil }
    return stride(from: 0, to: bytes.count, by: rowBytes).map { start in
      let counts = (0..<5).map { Int(number(bytes, start + 8 + 4 * $0, 4)) }
      return ConceptScoreRow(
        sample: Int64(bitPattern: number(bytes, start, 8)), isPresent: counts[0] != 0,
        intersection: counts[1], union: counts[2], predicted: counts[3], concept: counts[4],
        peak: Float(bitPattern: UInt32(number(bytes, start + 28, 4))))
    }
  }

  private static func append(_ number: UInt64, _ count: Int, to bytes: inout [UInt8]) {
    for index in 0..<count { bytes.append(UInt8(truncatingIfNeeded: number >> UInt64(8 * index))) }
  }

  private static func number(_ bytes: [UInt8], _ start: Int, _ count: Int) -> UInt64 {
    (0..<count).reduce(0) { $0 | UInt64(bytes[start + $1]) << UInt64(8 * $1) }
  }
}
