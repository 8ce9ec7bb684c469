/// How well a heat map falls on a region of the picture.
///
/// The definitions are those of Quantus (Hedström et al. 2023); mass and rank after
/// Arras et al. (2022), the pointing game after Zhang et al. (2018).
public struct HeatMapScores: Sendable, Equatable {
  /// Positive relevance inside the mask ÷ all positive relevance; nil if there is none.
  public let mass: Double?
  /// The share of the |mask| strongest pixels that lie inside; nil for an empty mask.
  public let rank: Double?
  /// Whether the strongest pixel lies inside; nil for an empty mask or without positive relevance.
  public let hit: Bool?
  /// `mass` ÷ the share of the reference region that the mask takes.
  ///
  /// 1 is what relevance that is spread evenly over the reference region would give; nil where
  /// either is.
  public let areaAdjustedMass: Double?

  /// Scores a map against a mask of as many pixels.
  ///
  /// Ties in strength are resolved in reading order.
  ///
  /// - Parameters:
  ///   - heat: Relevance a pixel, channels summed; what is not a finite number counts as 0.
  ///   - mask: Whether a pixel belongs to the region.
  ///   - reference: The face, whose part the mask is; nil for the whole picture. Pixels of the mask
  ///     outside it count for `mass`, not for the mask's share.
  public init(heat: [Float], mask: [Bool], reference: [Bool]? = nil) {
    precondition(
      mask.count == heat.count && (reference.map { $0.count == heat.count } ?? true),
      "a mask has as many pixels as the heat map")
    let strength = heat.map { $0.isFinite ? $0 : 0 }
    var (inside, all, area) = (0.0, 0.0, 0)
    for (value, isInside) in zip(strength, mask) {
      if value > 0 {
        all += Double(value)
        if isInside { inside += Double(value) }
      }
      if isInside { area += 1 }
    }
    mass = all > 0 ? inside / all : nil
    if area > 0 {
      let order = strength.indices.sorted { (strength[$0], $1) > (strength[$1], $0) }
      rank = Double(order.prefix(area).count { mask[$0] }) / Double(area)
      hit = all > 0 ? order.first.map { mask[$0] } : nil
    } else {
      (rank, hit) = (nil, nil)
    }
    let face = reference ?? Array(repeating: true, count: mask.count)
    let covered = zip(mask, face).count { $0 && $1 }
    let whole = face.count { $0 }
    areaAdjustedMass =
      covered > 0 ? mass.map { $0 / (Double(covered) / Double(whole)) } : nil
  }
}

extension Activation {
  /// The sum over the channels of every pixel: a heat map a sample, [height × width] each.
  public var heatMaps: [[Float]] {
    (0..<samples).map { sample in
      (0..<shape.pixels).map { pixel in
        let first = sample * shape.count + pixel * shape.channels
        return Float(
          (first..<first + shape.channels).reduce(0.0) { $0 + Double(values[$1]) })
      }
    }
  }
}
