internal import HDF5

/// What is stored of a layer, or of an input.
public enum Tier: String, Sendable, CaseIterable {
  /// The inputs of networks, uint8 [n, H, W, C], before normalisation.
  case inputs
  /// Masks of action units that are present, in input pixels.
  case masks
  /// The same regions where the action unit is absent.
  case regions
  /// Mean and maximum of each channel, float32 [n, C, 2].
  case pooled
  /// One bit a unit and position: whether it exceeds the channel's threshold.
  case bits
  /// Whole activation maps, [n, C, H, W].
  case maps
  /// Relevance of inputs, [m, C, H, W] of those samples that were explained.
  case relevance
  /// What the search for thresholds keeps until it ends; private to ingest.
  case candidates
}

/// How numbers are stored.
public enum StoredType: String, Sendable, CaseIterable {
  /// Single precision.
  case f32
  /// Half precision, rounded to nearest even.
  case f16
  /// Unsigned bytes; those of maps are codes between each channel's minimum and maximum.
  case u8
  /// Bytes of eight flags.
  case bits

  /// The type of the elements in the file.
  var element: HDF5ElementType {
    switch self {
    case .f32: .float32
    case .f16: .float16
    case .u8, .bits: .uint8
    }
  }
}

/// What the chunks of an array are packed by.
public enum ArrayCodec: String, Sendable, CaseIterable {
  /// Deflate at level 1, after shuffle where elements have several bytes: every HDF5 program reads
  /// it.
  case deflate
  /// A bitmap and the elements that are not zero: for maps of rectified layers in f32 or f16, many
  /// times faster, and smaller; other programs read it with a plugin.
  case relu

  /// Whether elements of a type can be packed so.
  public func takes(_ type: StoredType) -> Bool { self == .deflate || [.f32, .f16].contains(type) }

  /// The codec of a dataset of a type.
  func codec(of type: HDF5ElementType) -> HDF5Codec {
    self == .relu ? .relu : .deflate(level: 1, shuffle: type.size > 1)
  }
}

/// The extents of a layer's output for one sample.
public struct MapShape: Sendable, Equatable {
  /// Channels, or units of a dense layer.
  public let channels: Int
  /// Height in positions; 1 for a dense layer.
  public let height: Int
  /// Width in positions; 1 for a dense layer.
  public let width: Int

  /// A shape with its extents.
  public init(channels: Int, height: Int, width: Int) {
    self.channels = channels
    self.height = height
    self.width = width
  }

  /// Positions of one channel.
  public var positions: Int { height * width }

  /// Bytes of one channel's bits: a bit a position, the last byte filled up with zeros.
  public var bitBytes: Int { (positions + 7) / 8 }
}
