/// Where an action unit is seen, told by landmarks (68 points in iBUG's order, counted from 0).
///
/// Lengths are shares of the distance of the outer eye corners, 36 and 45; directions those of the
/// line through them: right from 36 to 45, down at a right angle to it.
enum MaskRule: Sendable, Equatable {
  /// A disc around the middle of some points, moved to the right and down.
  case disc([Int], right: Double = 0, down: Double = 0)
  /// The convex hull of some points, widened to all sides.
  case hull([Int])

  /// The radius of a disc.
  static let radius = 0.15
  /// How far a hull is widened.
  static let margin = 0.05

  /// The parts of an action unit's region; nil where there is no rule.
  ///
  /// Where the drawing would take points one by one (brows, lids, corners) there is a disc for each.
  static func rules(for au: Int) -> [MaskRule]? {
    switch au {
    case 1: discs([21, 22], down: -0.25)
    case 2: discs([17, 18, 19, 24, 25, 26])
    case 4: [.disc([21, 22, 27])]
    case 5: discs([37, 38, 43, 44])
    case 6: [.disc([36, 48]), .disc([45, 54])]
    case 7, 43: [.hull(Array(36...41)), .hull(Array(42...47))]
    case 9: [.hull([27, 28, 29, 30, 31, 35])]
    case 10: [.hull(Array(31...35) + [50, 51, 52])]
    // The corners, and the folds that run from them toward the wings of the nose.
    case 12: discs([48, 54]) + [.disc([48, 31]), .disc([54, 35])]
    case 14: discs([48, 54])
    case 15: discs([48, 54], down: radius)
    case 17: [.disc([57, 8])]
    case 20: [.disc([48], right: -radius), .disc([54], right: radius)]
    case 23, 24, 25: [.hull(Array(48...67))]
    case 26: [.hull(Array(48...67) + [7, 8, 9])]
    default: nil
    }
  }

  private static func discs(_ points: [Int], down: Double = 0) -> [MaskRule] {
    points.map { .disc([$0], down: down) }
  }
}
