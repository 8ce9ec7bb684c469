/// Rows of a stored array, as float32.
public struct StoredRows: Sendable, Equatable {
  /// The positions of the samples, in the order that was asked for.
  public let positions: [Int]
  /// The extents of one row, for example [C, H, W] of `maps`.
  public let rowShape: [Int]
  /// The elements, one row after the other.
  public let values: [Float]
}

/// Rows of a stored array, as bytes.
public struct StoredBytes: Sendable, Equatable {
  /// The positions of the samples, in the order that was asked for.
  public let positions: [Int]
  /// The extents of one row, for example [H, W, C] of `inputs` or [C, bytes] of `bits`.
  public let rowShape: [Int]
  /// The elements, one row after the other.
  public let values: [UInt8]
}

/// The masks of one action unit.
public struct StoredMasks: Sendable, Equatable {
  /// The positions of the samples that have one, ascending.
  public let positions: [Int]
  /// Height and width of the input; empty if there is no mask.
  public let rowShape: [Int]
  /// A byte a pixel, 1 where it belongs to the action unit, one mask after the other.
  public let values: [UInt8]
}
