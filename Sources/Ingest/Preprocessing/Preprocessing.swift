public import Compute
import Foundation
import Hashing

/// How a picture becomes the input of a network: geometry, then normalisation.
///
/// The geometry decides which stored inputs a network reads (8-bit, shared by all networks of
/// equal geometry); the normalisation is applied on reading them.
public struct Preprocessing: Codable, Sendable, Equatable {
  /// From a picture's pixels to the input's.
  public struct Geometry: Codable, Sendable, Equatable {
    /// How a picture is fitted to the input.
    public enum Fit: String, Codable, Sendable, CaseIterable {
      /// Both sides are scaled to the input, whatever the picture's proportions.
      case stretch
      /// The largest centred square is scaled to the input.
      case centreSquare = "centre-square"
    }
    /// How pixels are interpolated.
    public enum Filter: String, Codable, Sendable, CaseIterable {
      /// Bilinear, antialiased when it shrinks, as Pillow does it.
      case bilinear
      /// The nearest pixel.
      case nearest
      /// The mean of the covered area.
      case area
    }
    /// Pixels a side of the input.
    public var size: Int
    /// How a picture is fitted to the input.
    public var fit: Fit
    /// How pixels are interpolated.
    public var filter: Filter

    /// A square input.
    public init(size: Int, fit: Fit = .stretch, filter: Filter = .bilinear) {
      self.size = size
      self.fit = fit
      self.filter = filter
    }

    /// SHA-256 of the geometry: the key of the stored inputs.
    public var key: String {
      SHA256.hex(of: Array("lethe-input-1 \(size) \(fit.rawValue) \(filter.rawValue)".utf8))
    }
  }

  /// The order of the three channels of the input.
  public typealias Order = PixelNormalisation.Order

  /// From a picture's pixels to the input's.
  public var geometry: Geometry
  /// What is done to the numbers.
  public var normalisation: PixelNormalisation

  /// A preprocessing of its parts.
  ///
  /// - Precondition: `mean` and `deviation` have three numbers, deviations above 0.
  public init(
    geometry: Geometry, order: Order = .rgb, divisor: Float = 255, mean: [Float],
    deviation: [Float]
  ) {
    self.geometry = geometry
    normalisation = PixelNormalisation(
      order: order, divisor: divisor, mean: mean, deviation: deviation)
  }

  /// (pixel / 255 − 0.5) / 0.25: what networks that Lethe trains from scratch take.
  public static func builtIn(size: Int) -> Preprocessing {
    Preprocessing(
      geometry: Geometry(size: size), mean: [0.5, 0.5, 0.5], deviation: [0.25, 0.25, 0.25])
  }

  /// JSON with sorted keys: equal preprocessings give equal text.
  public func json() throws -> String {
    let encoder = JSONEncoder()
    encoder.outputFormatting = [.sortedKeys, .withoutEscapingSlashes]
    return String(decoding: try encoder.encode(self), as: UTF8.self)
  }

  /// The preprocessing that `json()` wrote.
  ///
  /// - Throws: `IngestError` if it is not one.
  public init(json: String) throws {
    let decoded = try? JSONDecoder().decode(Preprocessing.self, from: Data(json.utf8))
    guard let decoded, decoded.normalisation.isSound,
      (1...4096).contains(decoded.geometry.size)
    else {
      throw IngestError(
        "the stored preprocessing of a model cannot be read", advice: "add the model again")
    }
    self = decoded
  }

  // One flat object: {"deviation": …, "divisor": …, "geometry": …, "mean": …, "order": …}.
  private enum CodingKeys: CodingKey { case geometry }

  /// Reads the flat object.
  public init(from decoder: any Decoder) throws {
    geometry = try decoder.container(keyedBy: CodingKeys.self).decode(
      Geometry.self, forKey: .geometry)
    normalisation = try PixelNormalisation(from: decoder)
  }

  /// Writes the flat object.
  public func encode(to encoder: any Encoder) throws {
    try normalisation.encode(to: encoder)
    var container = encoder.container(keyedBy: CodingKeys.self)
    try container.encode(geometry, forKey: .geometry)
  }
}
