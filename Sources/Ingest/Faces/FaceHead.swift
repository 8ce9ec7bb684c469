/// The built-in head, ready to be posed: the mesh, its action units and what lies on its skin.
struct FaceHead: Sendable {
  /// The mesh and its targets.
  let pack: FacePack
  /// What each action unit moves at full intensity, by side.
  let motions: [ActionUnit: Motion]
  /// Where creases, brows, lips and beard lie, seen from the front at rest.
  let atlas: FaceAtlas
  /// The grid of the hair on the skull.
  let scalp: FaceScalp
  /// The centres of the eyeballs at rest, left and right.
  let eyeCentres: (left: SIMD3<Float>, right: SIMD3<Float>)

  /// An action unit's displacements at full intensity.
  struct Motion: Sendable {
    /// What the person's left side contributes; half of what has no side.
    let left: VertexShift
    /// What the right side contributes.
    let right: VertexShift
    /// For each vertex, how far it moves with both sides, relative to the vertex that moves most.
    let reach: [Float]
    /// The same with the left side alone.
    let leftReach: [Float]
    /// The same with the right side alone.
    let rightReach: [Float]

    /// The reach of the sides that are active; of both if none is.
    func reach(_ strength: AUStrength?) -> [Float] {
      guard let strength, strength.left <= 0 || strength.right <= 0, strength.intensity > 0 else {
        return reach
      }
      return strength.left > 0 ? leftReach : rightReach
    }
  }

  /// Reads the embedded pack and derives everything that all faces share.
  ///
  /// - Throws: `FacePackError` if the pack is damaged.
  init() throws {
    let pack = try FacePack.embedded()
    self.pack = pack
    var motions: [ActionUnit: Motion] = [:]
    for unit in ActionUnit.allCases { motions[unit] = try FaceHead.motion(of: unit, in: pack) }
    self.motions = motions
    let centre = { (part: FacePack.Part) -> SIMD3<Float> in
      let eye = zip(pack.positions, pack.parts).filter { $0.1 == part }.map(\.0)
      return eye.reduce(SIMD3(), +) / Float(max(eye.count, 1))
    }
    eyeCentres = (left: centre(.leftEye), right: centre(.rightEye))
    atlas = FaceAtlas()
    scalp = FaceScalp(pack)
  }

  private static func motion(of unit: ActionUnit, in pack: FacePack) throws -> Motion {
    let count = pack.positions.count
    var left = [SIMD3<Float>](repeating: SIMD3(), count: count)
    var right = left
    for share in unit.shares {
      let sided = share.unit.hasSuffix("*")
      let name = sided ? String(share.unit.dropLast()) : share.unit
      let (onLeft, onRight) =
        sided
        ? (try pack.target(.unit, name + "Left"), try pack.target(.unit, name + "Right"))
        : (try pack.target(.unit, name), try pack.target(.unit, name))
      let weight = sided ? share.weight : share.weight / 2
      for (vertex, shift) in zip(onLeft.vertices, onLeft.shifts) {
        let vertex = Int(vertex)
        left[vertex] += shift * weight * share.region.share(of: vertex, in: pack)
      }
      for (vertex, shift) in zip(onRight.vertices, onRight.shifts) {
        let vertex = Int(vertex)
        right[vertex] += shift * weight * share.region.share(of: vertex, in: pack)
      }
    }
    let length = { (shift: SIMD3<Float>) in (shift * shift).sum().squareRoot() }
    let both = zip(left, right).map { length($0 + $1) }
    let most = max(both.max() ?? 0, .leastNormalMagnitude)
    return Motion(
      left: sparse(left), right: sparse(right), reach: both.map { $0 / most },
      leftReach: left.map { length($0) / most }, rightReach: right.map { length($0) / most })
  }

  private static func sparse(_ shifts: [SIMD3<Float>]) -> VertexShift {
    var result = VertexShift()
    for (vertex, shift) in shifts.enumerated() where (shift * shift).sum() > 1e-10 {
      result.vertices.append(Int32(vertex))
      result.shifts.append(shift)
    }
    return result
  }
}

extension ActionUnit.Region {
  /// How much a vertex takes part, 0…1.
  fileprivate func share(of vertex: Int, in pack: FacePack) -> Float {
    guard self == .lips else { return 1 }
    guard pack.parts[vertex].rawValue <= FacePack.Part.innerMouth.rawValue else { return 0 }
    // An ellipse around the mouth, whose middle is at (0, 6.6).
    let place = pack.positions[vertex]
    let across = place.x / 0.36
    let up = (place.y - 6.6) / 0.2
    return 1 - smoothstep(0.55, 1.15, (across * across + up * up).squareRoot())
  }
}

/// 0 below `low`, 1 above `high`, smooth in between.
func smoothstep(_ low: Float, _ high: Float, _ value: Float) -> Float {
  let t = min(max((value - low) / (high - low), 0), 1)
  return t * t * (3 - 2 * t)
}
