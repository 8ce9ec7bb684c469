/// What a row of `stored_array` will say, before the array is whole.
struct PlannedRow {
  let tier: Tier
  let key: String
  let node: String
  let type: StoredType
  var codec = ArrayCodec.deflate
  var named: NamedArrayWriter?
}

/// A row of `stored_array`.
struct ArrayRow {
  let row: PlannedRow
  let bytes: Int
}

/// Paths within a segment.
enum SegmentNode {
  static let inputs = "/inputs"
  static let sampleID = "/sample_id"
  static let relevance = "/relevance"

  /// `/layers/<layer>/<name>`; a `/` in the layer's name becomes `%2F`, a `%` becomes `%25`.
  static func layer(_ layer: String, _ name: String) -> String {
    let escaped = layer.replacing("%", with: "%25").replacing("/", with: "%2F")
    return "/layers/\(escaped)/\(name)"
  }

  /// `/masks` or `/regions`.
  static func masks(_ kind: MaskKind) -> String { "/" + kind.tier.rawValue }

  /// `/masks/au<N>` or `/regions/au<N>`.
  static func masks(_ kind: MaskKind, au: Int) -> String { masks(kind) + "/au\(au)" }
}

/// Whether the action unit of a mask is there.
public enum MaskKind: String, Sendable, CaseIterable {
  /// The action unit is present: the pixels that it moves.
  case mask
  /// It is absent: the pixels that it would move.
  case region

  var tier: Tier { self == .mask ? .masks : .regions }
}
