public import Compute
import Foundation

/// How a picture becomes the input of a network: geometry, then normalisation.
///
/// The geometry decides which stored inputs a network reads (8-bit, shared by all networks of
/// equal geometry); the normalisation is applied on reading them.
public struct Preprocessing: Codable, Sendable, Equatable {
  /// The order of the channels of the input.
  public typealias Order = PixelNormalisation.Order

  /// From a picture's pixels to the input's.
  public var geometry: Geometry
  /// What is done to the numbers.
  public var normalisation: PixelNormalisation

  /// A preprocessing of its parts.
  ///
  /// - Precondition: The normalisation is sound.
  public init(
    geometry: Geometry, order: Order = .rgb, divisor: Float = 255, mean: [Float],
    deviation: [Float]
  ) {
    self.geometry = geometry
    normalisation = PixelNormalisation(
      order: order, divisor: divisor, mean: mean, deviation: deviation)
  }

  /// A geometry and a normalisation.
  public init(geometry: Geometry, normalisation: PixelNormalisation) {
    self.geometry = geometry
    self.normalisation = normalisation
  }

  /// The preprocessing in words: geometry, then normalisation.
  public var words: String { "\(geometry.words); \(normalisation.words)" }

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
    guard let decoded, decoded.normalisation.isSound, decoded.geometry.problem == nil else {
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
