import Foundation

/// The folds of the skin, as curves on the face at rest.
enum FaceCreases {
  /// A fold: a curve and how wide its valley is, in rest units.
  private struct Fold {
    let curve: FaceCurve
    let width: Float
    var depth: Float = 1

    init(_ width: Float, depth: Float = 1, _ points: (Float, Float)...) {
      curve = FaceCurve(points.map { SIMD2($0.0, $0.1) })
      self.width = width
      self.depth = depth
    }

    func height(at point: SIMD2<Float>) -> Float {
      let place = curve.nearest(point)
      let fade = smoothstep(-0.12, 0.22, place.along) * (1 - smoothstep(0.72, 1.12, place.along))
      guard fade > 0 else { return 0 }
      let d = place.across / width
      let ridge = (abs(d) - 2.4) / 1.6
      return depth * fade * (0.45 * exp(-ridge * ridge) - exp(-d * d))
    }
  }

  /// The height of a group of folds over the atlas: a valley of depth 1 between low ridges.
  static func height(of crease: FaceAtlas.Crease) -> [Float] {
    var heights = [Float](repeating: 0, count: FaceAtlas.width * FaceAtlas.height)
    for fold in folds(of: crease) {
      // Beyond six widths nothing is folded.
      let reach = fold.width * 6
      let xs = fold.curve.points.map(\.x)
      let ys = fold.curve.points.map(\.y)
      let (left, right) = ((xs.min() ?? 0) - reach, (xs.max() ?? 0) + reach)
      let (low, high) = ((ys.min() ?? 0) - reach, (ys.max() ?? 0) + reach)
      for cell in heights.indices {
        let place = FaceAtlas.place(of: cell)
        guard place.y > low, place.y < high, place.x > left, place.x < right else { continue }
        heights[cell] += fold.height(at: place)
      }
    }
    return heights
  }

  private static func folds(of crease: FaceAtlas.Crease) -> [Fold] {
    switch crease {
    case .glabella:
      [
        Fold(0.016, (0.050, 7.40), (0.052, 7.48), (0.064, 7.56), (0.075, 7.63)),
        Fold(0.014, depth: 0.5, (0.0, 7.42), (0.0, 7.50), (0.0, 7.58)),
        Fold(0.019, depth: 0.5, (0.10, 7.385), (0.14, 7.42), (0.18, 7.435)),
      ]
    case .noseRoot:
      [
        Fold(0.014, (-0.08, 7.37), (0.0, 7.36), (0.08, 7.375)),
        Fold(0.014, depth: 0.9, (-0.08, 7.305), (0.0, 7.30), (0.08, 7.315)),
        Fold(0.015, (0.055, 7.17), (0.10, 7.235), (0.135, 7.27)),
        Fold(0.015, depth: 0.9, (0.075, 7.09), (0.125, 7.165), (0.17, 7.20)),
        Fold(0.016, depth: 0.7, (0.10, 7.01), (0.155, 7.09), (0.20, 7.12)),
      ]
    case .foreheadMiddle:
      [
        Fold(0.019, (-0.24, 7.665), (0.0, 7.70), (0.24, 7.665)),
        Fold(0.019, (-0.26, 7.755), (0.0, 7.785), (0.26, 7.755)),
        Fold(0.019, depth: 0.8, (-0.24, 7.845), (0.0, 7.87), (0.24, 7.845)),
      ]
    case .foreheadSides:
      [
        Fold(0.019, (0.16, 7.675), (0.32, 7.705), (0.48, 7.65)),
        Fold(0.019, (0.16, 7.765), (0.33, 7.795), (0.50, 7.74)),
        Fold(0.019, depth: 0.8, (0.16, 7.85), (0.33, 7.88), (0.50, 7.82)),
      ]
    case .nasolabial:
      [Fold(0.027, (0.175, 6.875), (0.235, 6.815), (0.30, 6.735), (0.345, 6.645), (0.355, 6.55))]
    case .nostrilFold:
      [
        Fold(0.022, (0.13, 6.95), (0.175, 6.895), (0.205, 6.83), (0.245, 6.765)),
        Fold(0.019, depth: 0.5, (0.165, 6.99), (0.215, 6.93), (0.27, 6.87)),
      ]
    case .crowsFeet:
      [
        Fold(0.014, (0.505, 7.275), (0.565, 7.315), (0.625, 7.35)),
        Fold(0.014, (0.51, 7.255), (0.58, 7.262), (0.65, 7.27)),
        Fold(0.014, (0.50, 7.235), (0.56, 7.205), (0.625, 7.18)),
        Fold(0.014, depth: 0.7, (0.47, 7.20), (0.53, 7.155), (0.59, 7.115)),
      ]
    case .underEye:
      [
        Fold(0.016, (0.19, 7.215), (0.27, 7.185), (0.36, 7.185), (0.45, 7.215)),
        Fold(0.022, depth: 0.8, (0.165, 7.185), (0.24, 7.13), (0.34, 7.11), (0.45, 7.15)),
      ]
    case .marionette:
      [Fold(0.022, (0.272, 6.60), (0.298, 6.53), (0.30, 6.46), (0.285, 6.39))]
    case .chin:
      [
        Fold(0.027, (-0.17, 6.40), (-0.08, 6.435), (0.0, 6.445), (0.08, 6.435), (0.17, 6.40)),
        Fold(0.014, depth: 0.5, (0.03, 6.36), (0.045, 6.32), (0.03, 6.28)),
        Fold(0.014, depth: 0.5, (0.09, 6.35), (0.105, 6.30), (0.085, 6.26)),
        Fold(0.014, depth: 0.4, (-0.03, 6.25), (0.0, 6.265), (0.03, 6.25)),
      ]
    case .dimple:
      [Fold(0.019, (0.30, 6.70), (0.33, 6.65), (0.338, 6.60), (0.322, 6.54))]
    case .lipLines:
      [0.02, 0.07, 0.12, 0.17].flatMap { x -> [Fold] in
        let x = Float(x)
        let upper = 6.715 - x * 0.25
        let lower = 6.485 + x * 0.3
        return [
          Fold(0.009, (x, upper + 0.06), (x, upper), (x * 0.97, upper - 0.04)),
          Fold(0.009, depth: 0.8, (x, lower - 0.05), (x, lower), (x * 0.97, lower + 0.04)),
        ]
      }
    case .cheekLines:
      [
        Fold(0.019, (0.335, 6.70), (0.355, 6.63), (0.35, 6.55), (0.33, 6.48)),
        Fold(0.019, depth: 0.7, (0.405, 6.72), (0.43, 6.63), (0.42, 6.53)),
      ]
    }
  }
}
