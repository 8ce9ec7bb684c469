/// One entry of a zip archive, as the central directory describes it.
public struct ZipEntry: Sendable, Equatable {
  /// How the bytes of an entry are stored.
  public enum Method: Sendable, Equatable {
    /// As they are.
    case stored
    /// Compressed by deflate (RFC 1951).
    case deflate
    /// By a method that is not read, with its number.
    case other(UInt16)
  }

  /// The name as the archive spells it.
  ///
  /// It is a name only, never a path: nothing is written to it.
  public let name: String
  /// How the bytes are stored.
  public let method: Method
  /// Bytes of the entry once unpacked.
  public let size: Int
  /// CRC-32 of those bytes.
  public let checksum: UInt32
  /// Where the stored bytes lie in the archive.
  public let stored: Range<Int>
  /// Whether the bytes are encrypted, and so cannot be read.
  public let isEncrypted: Bool
}

/// What an archive may ask for before it is refused.
public struct ZipLimits: Sendable {
  /// Entries of the archive.
  public var entries = 100_000
  /// Bytes of the central directory.
  public var directory = 1 << 26
  /// Bytes to which any entry may unpack.
  public var freeSize = 1 << 24
  /// Beyond `freeSize`, an entry may unpack to this many times its stored bytes.
  public var expansion = 100

  /// The usual limits.
  public init() {}
}
