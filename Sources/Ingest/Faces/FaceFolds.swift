/// The folds of one face in one picture: how deep each group is, drawn into one height map.
struct FaceFolds {
  /// Heights over the atlas, in rest units.
  let height: [Float]

  /// What action units fold, at full intensity: the group, and its depth relative to full.
  private static let causes: [(ActionUnit, FaceAtlas.Crease, Float)] = [
    (.innerBrowRaiser, .foreheadMiddle, 1), (.outerBrowRaiser, .foreheadSides, 1),
    (.browLowerer, .glabella, 1.15), (.noseWrinkler, .noseRoot, 1.1),
    (.noseWrinkler, .nostrilFold, 1), (.noseWrinkler, .glabella, 0.25),
    (.upperLipRaiser, .nostrilFold, 1.1), (.upperLipRaiser, .nasolabial, 0.45),
    (.cheekRaiser, .crowsFeet, 1), (.cheekRaiser, .underEye, 0.9),
    (.cheekRaiser, .nasolabial, 0.35), (.lidTightener, .underEye, 0.6),
    (.lipCornerPuller, .nasolabial, 1), (.dimpler, .dimple, 1.4),
    (.lipCornerDepressor, .marionette, 1.2), (.chinRaiser, .chin, 1.2),
    (.lipStretcher, .cheekLines, 1), (.lipTightener, .lipLines, 0.4),
    (.lipPressor, .chin, 0.35), (.eyesClosed, .crowsFeet, 0.35),
  ]

  /// Depth of a fold at full strength, in rest units.
  private static let depth: Float = 0.011

  /// Draws the folds of a face.
  init(_ face: FaceExpression, _ identity: FaceIdentity, _ atlas: FaceAtlas) {
    var left = identity.restCreases
    var right = identity.restCreases
    for (unit, crease, share) in FaceFolds.causes {
      guard let strength = face.strengths[unit] else { continue }
      // Older skin folds more deeply.
      let much = share * (0.8 + 0.5 * identity.age)
      left[crease.rawValue] += much * Float(strength.left / 5)
      right[crease.rawValue] += much * Float(strength.right / 5)
    }
    var height = [Float](repeating: 0, count: FaceAtlas.width * FaceAtlas.height)
    for crease in FaceAtlas.Crease.allCases {
      let (onLeft, onRight) = (left[crease.rawValue], right[crease.rawValue])
      guard onLeft > 0.01 || onRight > 0.01 else { continue }
      let weights = (0..<FaceAtlas.width).map { column -> Float in
        let x = FaceAtlas.origin.x + (Float(column) + 0.5) / FaceAtlas.density
        return FaceFolds.depth * (onRight + (onLeft - onRight) * smoothstep(-0.1, 0.1, x))
      }
      atlas.creases[crease.rawValue].withUnsafeBufferPointer { map in
        height.withUnsafeMutableBufferPointer { height in
          weights.withUnsafeBufferPointer { weights in
            for row in 0..<FaceAtlas.height {
              let start = row * FaceAtlas.width
              for column in 0..<FaceAtlas.width {
                height[start + column] += map[start + column] * weights[column]
              }
            }
          }
        }
      }
    }
    self.height = height
  }
}

/// A place in the atlas between four cells, and how near each is.
struct FaceAtlasPlace {
  private let at: Int
  private let fx: Float
  private let fy: Float

  /// The place of a point at rest, moved to the edge of the atlas if it lies outside.
  init(_ rest: SIMD3<Float>) {
    let x = (rest.x - FaceAtlas.origin.x) * FaceAtlas.density - 0.5
    let y = (rest.y - FaceAtlas.origin.y) * FaceAtlas.density - 0.5
    let column = min(max(x, 1), Float(FaceAtlas.width - 3))
    let row = min(max(y, 1), Float(FaceAtlas.height - 3))
    let (left, below) = (Int(column), Int(row))
    at = below * FaceAtlas.width + left
    fx = column - Float(left)
    fy = row - Float(below)
  }

  /// The value of a map.
  func value(_ map: UnsafeBufferPointer<Float>) -> Float { value(map, at) }

  /// The slope of a map to the right and upwards, in map units a rest unit.
  func slope(_ map: UnsafeBufferPointer<Float>) -> SIMD2<Float> {
    SIMD2(
      value(map, at + 1) - value(map, at - 1),
      value(map, at + FaceAtlas.width) - value(map, at - FaceAtlas.width))
      * (FaceAtlas.density / 2)
  }

  @inline(__always)
  private func value(_ map: UnsafeBufferPointer<Float>, _ at: Int) -> Float {
    let upper = map[at] + (map[at + 1] - map[at]) * fx
    let below = at + FaceAtlas.width
    let lower = map[below] + (map[below + 1] - map[below]) * fx
    return upper + (lower - upper) * fy
  }
}
