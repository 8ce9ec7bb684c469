/// What an ingest keeps of which layers.
public struct KeepOptions: Sendable, Equatable {
  /// How whole maps are stored.
  public enum MapFormat: String, Sendable, CaseIterable {
    /// 32-bit floats: exact.
    case f32
    /// 16-bit floats: relative error up to 2⁻¹¹.
    case f16
  }

  /// Whether the top-quantile bitmap is kept, for layers with more than one position.
  public var bits: Bool
  /// Whether and how whole maps are kept.
  public var maps: MapFormat?
  /// The layers that `bits` and `maps` are kept of.
  ///
  /// If nil, `bits` are kept of the convolutional layers and `maps` of every layer. Channel means
  /// and maxima (`pooled`) are kept of every layer always.
  public var layers: [String]?
  /// q: the share of positions above a channel's threshold.
  public var quantile: Double

  /// What is kept unless the user says otherwise: `pooled` and `bits`.
  public init(
    bits: Bool = true, maps: MapFormat? = nil, layers: [String]? = nil, quantile: Double = 0.005
  ) {
    self.bits = bits
    self.maps = maps
    self.layers = layers
    self.quantile = quantile
  }

  /// What `--keep` says: a list of `pooled`, `bits`, `maps:f32`, `maps:f16`.
  ///
  /// - Throws: `IngestError` for an unknown tier or format.
  public init(tiers: [String], layers: [String]?, quantile: Double = 0.005) throws {
    self.init(bits: false, layers: layers, quantile: quantile)
    for tier in tiers {
      switch tier {
      case "pooled": continue
      case "bits": bits = true
      case "maps": maps = .f32
      default:
        guard tier.hasPrefix("maps:"), let format = MapFormat(rawValue: String(tier.dropFirst(5)))
        else {
          throw IngestError(
            "there is no tier “\(tier)”", advice: "choose from pooled, bits, maps:f32, maps:f16")
        }
        maps = format
      }
    }
    guard quantile > 0, quantile < 1 else {
      throw IngestError(
        "a quantile of \(quantile) keeps nothing", advice: "give one between 0 and 1")
    }
  }
}
