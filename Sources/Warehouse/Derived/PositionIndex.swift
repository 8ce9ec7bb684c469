internal import HDF5

/// For each position of each channel of a layer, the samples of a data set in which it is most
/// active, and a threshold that it exceeds in these alone.
public final class PositionIndex {
  /// What the activations of an index were taken from.
  public enum Origin: String, Sendable {
    /// The `maps` tier, as it is stored.
    case maps
    /// The network, run over the stored inputs.
    case network
  }

  /// What is kept of one position of a channel.
  public struct List: Sendable, Equatable {
    /// No sample outside the list has a larger activation.
    public let threshold: Float
    /// The samples above the threshold, in the encoding of whoever made the index.
    public let bytes: [UInt8]

    /// A list with its parts.
    public init(threshold: Float, bytes: [UInt8]) {
      self.threshold = threshold
      self.bytes = bytes
    }
  }

  /// What the activations were taken from.
  public let origin: Origin
  /// How many samples there are.
  public let samples: Int
  /// The length of the file.
  public let bytes: Int
  private let root: HDF5Group
  private let checks: [Int64]

  init(_ root: HDF5Group, samples: Int, bytes: Int) throws {
    guard case .text(let text) = try root.attributes.value("origin"),
      let origin = Origin(rawValue: text)
    else { throw WarehouseError(.damaged, root.path, "the index does not say its origin") }
    self.origin = origin
    (self.samples, self.bytes) = (samples, bytes)
    self.root = root
    checks = try root.dataset("check").readAll(Int64.self, limit: 1 << 24)
  }

  /// The lists of a channel.
  ///
  /// - Parameter channel: The channel, from 0.
  /// - Returns: A list a position, row by row; nil if there is no such channel, or the file is not
  ///   what was written.
  public func lists(of channel: Int) -> [List]? {
    guard checks.indices.contains(channel),
      let bytes = try? root.dataset("channels/\(channel)").readAll(UInt8.self),
      NeuronIndexFile.check(bytes) == checks[channel]
    else { return nil }
    var lists: [List] = []
    var next = 0
    while next < bytes.count {
      guard bytes.count - next > 4 else { return nil }
      let bits = (0..<4).reduce(UInt32(0)) { $0 | UInt32(bytes[next + $1]) << UInt32(8 * $1) }
      next += 4
      guard let length = PositionIndex.number(in: bytes, at: &next), length <= bytes.count - next
      else { return nil }
      lists.append(
        List(threshold: Float(bitPattern: bits), bytes: Array(bytes[next..<next + length])))
      next += length
    }
    return lists
  }

  /// Writes the lists of a channel; returns their check.
  static func write(_ lists: [List], of channel: Int, to root: HDF5Group) throws -> Int64 {
    let bytes = lists.flatMap { list in
      (0..<4).map { UInt8(truncatingIfNeeded: list.threshold.bitPattern >> UInt32(8 * $0)) }
        + PositionIndex.bytes(of: list.bytes.count) + list.bytes
    }
    try root.createDataset("channels/\(channel)", of: .uint8, shape: [bytes.count]).write(bytes)
    return NeuronIndexFile.check(bytes)
  }

  /// A number, seven bits a byte, the lowest first, the highest bit set where more follow.
  private static func bytes(of number: Int) -> [UInt8] {
    var (rest, bytes) = (number, [UInt8]())
    while rest >= 128 {
      bytes.append(UInt8(rest & 127) | 128)
      rest >>= 7
    }
    return bytes + [UInt8(rest)]
  }

  private static func number(in bytes: [UInt8], at next: inout Int) -> Int? {
    var (number, shift) = (0, 0)
    while next < bytes.count, shift <= 49 {
      let byte = bytes[next]
      number |= Int(byte & 127) << shift
      (next, shift) = (next + 1, shift + 7)
      if byte & 128 == 0 { return number }
    }
    return nil
  }
}
