/// What lies on the skin, in a map of the face at rest seen from the front.
///
/// Points of the skin keep their place at rest while the face moves, so whatever is looked up here
/// moves with it. Curves are given for the person's left (x > 0) and mirrored.
struct FaceAtlas: Sendable {
  /// Cells a unit of length.
  static let density: Float = 140
  /// Cells a row.
  static let width = 256
  /// Rows.
  static let height = 320
  /// The place at rest of the first cell.
  static let origin = SIMD2<Float>(-0.914, 5.95)

  /// Groups of creases that are folded together.
  enum Crease: Int, CaseIterable, Sendable {
    case glabella, noseRoot, foreheadMiddle, foreheadSides, nasolabial, nostrilFold, crowsFeet
    case underEye, marionette, chin, dimple, lipLines, cheekLines
  }

  /// Height of each group's folds at full depth, in units of the group's depth, negative in valleys.
  let creases: [[Float]]
  /// Vermilion of the lips, 0…1.
  let lips: [Float]
  /// Along the nearer brow, 0 at the nose to 1 at the temple; outside that range none.
  let browAlong: [Float]
  /// Above the middle line of the brow, in rest units.
  let browAcross: [Float]
  /// Where a full beard grows, 0…1.
  let beard: [Float]
  /// Where a moustache or goatee grows, 0…1.
  let moustache: [Float]
  /// The holes of the nose, 0…1.
  let nostrils: [Float]

  /// Draws the maps.
  init() {
    creases = Crease.allCases.map { FaceCreases.height(of: $0) }
    lips = FaceAtlas.map { x, y in
      // Upper and lower edge of the vermilion as heights above the corners' line, by |x|.
      let upper = FaceAtlas.curve(
        x, [(0, 0.085), (0.045, 0.1), (0.09, 0.092), (0.178, 0.06), (0.262, 0)])
      let lower = FaceAtlas.curve(
        x, [(0, -0.122), (0.06, -0.119), (0.13, -0.098), (0.187, -0.066), (0.262, 0)])
      let above = y - 6.612
      let inside = min(upper - above, above - lower)
      return smoothstep(-0.006, 0.012, inside)
    }
    let brow: [SIMD2<Float>] = [
      SIMD2(0.07, 7.435), SIMD2(0.17, 7.488), SIMD2(0.29, 7.515), SIMD2(0.39, 7.497),
      SIMD2(0.495, 7.425),
    ]
    let places = FaceAtlas.cells { x, y in FaceCurve(brow).nearest(SIMD2(x, y)) }
    browAlong = places.map(\.along)
    browAcross = places.map(\.across)
    beard = FaceAtlas.map { x, y in
      let edge = FaceAtlas.curve(
        x,
        [
          (0, 6.79), (0.12, 6.77), (0.22, 6.66), (0.34, 6.62), (0.5, 6.74), (0.66, 7.05),
          (0.8, 7.25),
        ])
      return smoothstep(0, 0.06, edge - y)
    }
    nostrils = FaceAtlas.map { x, y in
      let along = (x - 0.066) + 0.3 * (y - 6.822)
      let across = (y - 6.822) - 0.25 * (x - 0.066)
      let away = (along * along / (0.034 * 0.034) + across * across / (0.015 * 0.015)).squareRoot()
      return smoothstep(1.35, 0.55, away)
    }
    moustache = FaceAtlas.map { x, y in
      let upper = smoothstep(
        0, 0.04, FaceAtlas.curve(x, [(0, 6.79), (0.1, 6.78), (0.27, 6.6)]) - y)
      return upper * smoothstep(0.30, 0.24, x) * smoothstep(6.1, 6.2, y)
    }
  }

  /// A value for every cell from |x| and y at rest.
  static func map(_ value: (_ x: Float, _ y: Float) -> Float) -> [Float] { cells(value) }

  static func cells<Value>(_ value: (_ x: Float, _ y: Float) -> Value) -> [Value] {
    (0..<width * height).map { cell in
      let place = place(of: cell)
      return value(place.x, place.y)
    }
  }

  /// The middle of a cell: |x| and y at rest.
  static func place(of cell: Int) -> SIMD2<Float> {
    let x = origin.x + (Float(cell % width) + 0.5) / density
    return SIMD2(abs(x), origin.y + (Float(cell / width) + 0.5) / density)
  }

  /// A line through points, looked up by x; level outside them.
  static func curve(_ x: Float, _ points: [(Float, Float)]) -> Float {
    for (a, b) in zip(points, points.dropFirst()) where x < b.0 {
      if x <= a.0 { return a.1 }
      return a.1 + (b.1 - a.1) * smoothBlend((x - a.0) / (b.0 - a.0))
    }
    return points.last?.1 ?? 0
  }

  /// Halfway between straight and smooth, so that corners are not seen.
  private static func smoothBlend(_ t: Float) -> Float { t + 0.3 * (t * t * (3 - 2 * t) - t) }
}

/// A polyline on the face.
struct FaceCurve {
  let points: [SIMD2<Float>]

  init(_ points: [SIMD2<Float>]) { self.points = points }

  /// Where a place lies beside the curve.
  struct Place {
    /// 0 at the first point, 1 at the last; beyond the ends below 0 and above 1.
    var along: Float
    /// Distance to the left of the curve's direction, negative to its right.
    var across: Float
  }

  /// The place beside the nearest segment.
  func nearest(_ point: SIMD2<Float>) -> Place {
    var best = Place(along: -1, across: 9)
    let segments = points.count - 1
    for index in 0..<segments {
      let a = points[index]
      let b = points[index + 1]
      let direction = b - a
      let offset = point - a
      let t = (offset * direction).sum() / (direction * direction).sum()
      let low: Float = index == 0 ? -.infinity : 0
      let high: Float = index == segments - 1 ? .infinity : 1
      let clamped = min(max(t, low), high)
      let away = offset - direction * clamped
      let distance = (away * away).sum().squareRoot()
      if distance < abs(best.across) {
        let left = direction.x * away.y - direction.y * away.x
        best = Place(
          along: (Float(index) + clamped) / Float(segments),
          across: left < 0 ? -distance : distance)
      }
    }
    return best
  }
}
