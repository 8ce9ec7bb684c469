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

  /// An array with its parts; `elements` must fill `shape`.
  public init(_ name: String, shape: [Int], _ elements: Elements) {
    self.name = name
    self.shape = shape
    self.elements = elements
  }

  /// Writes the array into a group; returns the bytes that it takes there.
  func write(to group: HDF5Group, threads: Int) throws -> Int {
    let type: HDF5ElementType =
      switch elements {
      case .floats: .float32
      case .bytes: .uint8
      case .integers: .int64
      }
    let dataset = try group.createDataset(
      name, of: type, shape: shape, storage: ChunkShape.storage(of: shape, type))
    if !shape.contains(0) {
      // Bytes are bitmaps, most of them 0, or codes that no deflate makes much shorter.
      let chunks = try HDF5ChunkWriter(
        dataset, threads: threads, looksForRunsOnly: type == .uint8)
      switch elements {
      case .floats(let values): try chunks.write(values, at: 0)
      case .bytes(let values): try chunks.write(values, at: 0)
      case .integers(let values): try chunks.write(values, at: 0)
      }
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
