public import Warehouse

/// What an ingest keeps of which layers.
public struct KeepOptions: Sendable, Equatable {
  /// How whole maps are stored.
  public enum MapFormat: String, Sendable, CaseIterable {
    /// 32-bit floats: exact.
    case f32
    /// 16-bit floats: relative error up to 2⁻¹¹.
    case f16
    /// 8-bit codes between the minimum and the maximum of each channel of each sample: error up to
    /// half a 255th of their difference.
    case u8

    /// The type that they are stored as.
    var type: StoredType {
      switch self {
      case .f32: .f32
      case .f16: .f16
      case .u8: .u8
      }
    }

    /// Bytes of the maps of one sample, before compression.
    func bytes(_ shape: MapShape) -> Int {
      let count = shape.channels * shape.positions
      switch self {
      case .f32: return 4 * count
      case .f16: return 2 * count
      // The codes, and two numbers a channel.
      case .u8: return count + 8 * shape.channels
      }
    }
  }

  /// Whether the top-quantile bitmap is kept, for layers with more than one position.
  public var bits: Bool
  /// Whether and how whole maps are kept.
  public var maps: MapFormat?
  /// What maps are packed by.
  public var codec: ArrayCodec
  /// The layers that `bits` and `maps` are kept of.
  ///
  /// If nil, `bits` are kept of the convolutional layers and `maps` of every layer. Channel means
  /// and maxima (`pooled`) are kept of every layer always.
  public var layers: [String]?
  /// q: the share of positions above a channel's threshold.
  public var quantile: Double

  /// What is kept unless the user says otherwise: `pooled` and `bits`.
  public init(
    bits: Bool = true, maps: MapFormat? = nil, layers: [String]? = nil, quantile: Double = 0.005,
    codec: ArrayCodec = .deflate
  ) {
    self.bits = bits
    self.maps = maps
    self.codec = codec
    self.layers = layers
    self.quantile = quantile
  }

  /// What `--keep` says: a list of `pooled`, `bits`, `maps:f32`, `maps:f16`, `maps:u8`.
  ///
  /// - Throws: `IngestError` for an unknown tier or format, or maps that the codec does not take.
  public init(
    tiers: [String], layers: [String]?, quantile: Double = 0.005, codec: ArrayCodec = .deflate
  ) throws {
    self.init(bits: false, layers: layers, quantile: quantile, codec: codec)
    for tier in tiers {
      switch tier {
      case "pooled": continue
      case "bits": bits = true
      case "maps": maps = .f32
      default:
        guard tier.hasPrefix("maps:"), let format = MapFormat(rawValue: String(tier.dropFirst(5)))
        else {
          throw IngestError(
            "there is no tier “\(tier)”",
            advice: "choose from pooled, bits, maps:f32, maps:f16, maps:u8")
        }
        maps = format
      }
    }
    guard maps.map({ codec.takes($0.type) }) ?? (codec == .deflate) else {
      throw IngestError(
        "the codec \(codec.rawValue) is for maps as f32 or f16"
          + (maps.map { ", not as \($0.rawValue)" } ?? ", and no maps are kept"),
        advice: "leave --codec out, or add maps:f32 or maps:f16 to --keep")
    }
    guard quantile > 0, quantile < 1 else {
      throw IngestError(
        "a quantile of \(quantile) keeps nothing", advice: "give one between 0 and 1")
    }
  }
}
