public import Compute
internal import Hashing

extension Preprocessing {
  /// From a picture's pixels to the input's.
  public typealias Geometry = InputGeometry
}

extension InputGeometry {
  /// SHA-256 of the geometry: the key of the stored inputs.
  public var key: String {
    var text = "lethe-input-1 \(size) \(fit.rawValue) \(filter.rawValue)"
    if let resize { text += " resize \(resize)" }
    if let crop { text += " crop \(crop.rawValue) \(margin ?? 0)" }
    if let align { text += " align \(align.rawValue)" }
    return SHA256.hex(of: Array(text.utf8))
  }
}
