internal import HDF5

/// An array with a name, stored as it is.
public struct NamedArray: Sendable {
  /// The elements.
  public enum Elements: Sendable, Equatable {
    /// Single precision.
    case floats([Float])
    /// Bytes.
    case bytes([UInt8])
    /// Signed 64-bit integers.
    case integers([Int64])
  }

  /// The name.
  public let name: String
  /// The extent of each dimension, outermost first.
  public let shape: [Int]
  /// The elements, the last dimension running fastest.
  public let elements: Elements

  /// Whether it is compressed.
  public let isPacked: Bool

  /// An array with its parts; `elements` must fill `shape`.
  public init(_ name: String, shape: [Int], _ elements: Elements, isPacked: Bool = true) {
    self.name = name
    self.shape = shape
    self.elements = elements
    self.isPacked = isPacked
  }

  /// Writes the array into a group; returns the bytes that it takes there.
  func write(to group: HDF5Group, threads: Int) throws -> Int {
    switch elements {
    case .floats(let values): try write(values, .float32, to: group, threads: threads)
    case .bytes(let values): try write(values, .uint8, to: group, threads: threads)
    case .integers(let values): try write(values, .int64, to: group, threads: threads)
    }
  }

  private func write<Element: HDF5Element>(
    _ values: [Element], _ type: HDF5ElementType, to group: HDF5Group, threads: Int
  ) throws -> Int {
    let dataset = try group.createDataset(
      name, of: type, shape: shape,
      storage: isPacked ? ChunkShape.storage(of: shape, type) : .contiguous)
    if shape.contains(0) || !isPacked {
      if !values.isEmpty { try dataset.write(values) }
    } else {
      try HDF5ChunkWriter(dataset, threads: threads).write(values, at: 0)
    }
    return try dataset.storedBytes()
  }
}

/// Stores arrays by name, one after the other.
public final class NamedArrayWriter {
  private let group: HDF5Group
  private let threads: Int
  /// The bytes that the arrays take so far.
  private(set) var bytes = 0

  init(group: HDF5Group, threads: Int) {
    self.group = group
    self.threads = threads
  }

  /// Stores an array.
  ///
  /// - Parameter array: What to store; its name must be new here.
  /// - Throws: `HDF5Error` if it cannot be written.
  public func write(_ array: NamedArray) throws {
    bytes += try array.write(to: group, threads: threads)
  }
}
