import Foundation

/// Light on skin, eyes, teeth and hair: the colour of a point that is seen, in linear light.
struct FaceShader {
  let head: FaceHead
  let identity: FaceIdentity
  let scene: FaceScene
  let noise: FaceNoise
  let corners: [Int32]
  let posed: [SIMD3<Float>]
  let normals: [SIMD3<Float>]
  let hollow: [Float]
  let hairTriangles: Range<Int>
  let headCount: Int
  let shadow: FaceShadow
  let folds: FaceFolds
  /// Directions in the head's space that are those of the camera's x and y axis.
  let acrossAxis: SIMD3<Float>
  let upAxis: SIMD3<Float>
  let half: SIMD3<Float>
  let gazeAxis: SIMD3<Float>

  /// A point of a surface.
  struct Point {
    /// Vertices of the triangle and their weights.
    var corners: (Int, Int, Int)
    var weights: SIMD3<Float>

    /// The mean of a value given at the vertices.
    @inline(__always)
    func mean(_ values: [SIMD3<Float>]) -> SIMD3<Float> {
      values[corners.0] * weights.x + values[corners.1] * weights.y + values[corners.2] * weights.z
    }

    /// The mean of a value given at the vertices.
    @inline(__always)
    func mean(_ values: [Float]) -> Float {
      values[corners.0] * weights.x + values[corners.1] * weights.y + values[corners.2] * weights.z
    }
  }

  init(
    head: FaceHead, identity: FaceIdentity, scene: FaceScene, noise: FaceNoise, mesh: FaceMesh,
    shadow: FaceShadow, folds: FaceFolds
  ) {
    self.head = head
    self.identity = identity
    self.scene = scene
    self.noise = noise
    corners = mesh.corners
    posed = mesh.posed
    normals = mesh.normals
    hollow = mesh.hollow
    hairTriangles = mesh.hair
    headCount = mesh.headCount
    self.shadow = shadow
    self.folds = folds
    let rotation = scene.rotation
    acrossAxis = rotation(SIMD3(1, 0, 0))
    upAxis = rotation(SIMD3(0, 1, 0))
    half = normalized(scene.light + SIMD3(0, 0, 1))
    gazeAxis = normalized(
      SIMD3(sin(scene.gaze.x), sin(scene.gaze.y), cos(scene.gaze.x) * cos(scene.gaze.y)))
  }

  /// The colour of a point of a triangle.
  func colour(triangle: Int, second: Float, third: Float) -> SIMD3<Float> {
    let at = triangle * 3
    let point = Point(
      corners: (Int(corners[at]), Int(corners[at + 1]), Int(corners[at + 2])),
      weights: SIMD3(1 - second - third, second, third))
    if hairTriangles.contains(triangle) { return hair(point) }
    switch head.pack.parts[point.corners.0] {
    case .skin, .innerMouth: return skin(point)
    case .leftEye: return eye(point, centre: head.eyeCentres.left)
    case .rightEye: return eye(point, centre: head.eyeCentres.right)
    case .upperTeeth, .lowerTeeth, .tongue: return insideMouth(point)
    }
  }

  /// How much of a point's corners belong to the inside of the mouth.
  func innerMouth(_ point: Point) -> Float {
    let inside = { (vertex: Int) -> Float in head.pack.parts[vertex] == .innerMouth ? 1 : 0 }
    return inside(point.corners.0) * point.weights.x + inside(point.corners.1) * point.weights.y
      + inside(point.corners.2) * point.weights.z
  }

  // MARK: Surfaces

  private func skin(_ point: Point) -> SIMD3<Float> {
    let rest = point.mean(head.pack.positions)
    var normal = normalized(point.mean(normals))
    let hollow = point.mean(self.hollow)
    if rest.y < FaceShader.collar(rest) { return clothes(point, rest, normal) }
    let inner = innerMouth(point)
    if inner > 0.55 {
      let deep = smoothstep(0.85, 1.42, rest.z)
      return SIMD3(0.16, 0.035, 0.035) * (0.12 + 0.5 * deep)
        * light(point, normal, hollow, wrap: 0.2)
    }
    var albedo = point.mean(identity.colours)
    var gloss = identity.gloss
    var occlusion: Float = 1
    let shift = identity.noiseShift
    if rest.z > 0.25 {
      let place = FaceAtlasPlace(rest)
      let front = smoothstep(0.35, 0.7, rest.z)
      let slope = folds.height.withUnsafeBufferPointer { place.slope($0) } * front
      normal = normalized(normal - acrossAxis * slope.x - upAxis * slope.y)
      let depth = folds.height.withUnsafeBufferPointer { place.value($0) } * front
      occlusion -= min(max(-depth * 24, 0), 0.42)
      let lips = head.atlas.lips.withUnsafeBufferPointer { place.value($0) } * front
      if lips > 0 {
        let lines = 1 + 0.10 * noise(rest.x * 55 + shift, rest.y * 7)
        albedo += (identity.lipColour * lines - albedo) * lips
        gloss += 0.9 * lips
      }
      albedo = hairs(on: albedo, place, rest, front, lips)
      if rest.z > 1.4 {
        let hole = head.atlas.nostrils.withUnsafeBufferPointer { place.value($0) }
        albedo *= SIMD3(repeating: 1) - SIMD3(0.72, 0.82, 0.84) * hole
        gloss *= 1 - hole
      }
    }
    let pores = noise(rest.x * 42 + shift, rest.y * 42 + rest.z * 30)
    let grain = noise(rest.x * 95, rest.y * 95 + rest.z * 70 + shift)
    albedo *= 1 + 0.035 * pores + 0.03 * grain
    if identity.freckles > 0, rest.z > 0.8 {
      let spots = noise(rest.x * 26 + shift * 3, rest.y * 26)
      let among = smoothstep(0.62, 0.2, abs(rest.x)) * smoothstep(0.32, 0.05, abs(rest.y - 7.02))
      albedo *=
        SIMD3<Float>(1, 1, 1) - SIMD3<Float>(0.25, 0.38, 0.42)
        * (identity.freckles * among * smoothstep(0.35, 0.6, spots))
    }
    let scalp = point.mean(head.scalp.depth)
    if scalp > -0.2 { albedo = scalpHair(on: albedo, scalp, rest) }
    let shade = light(point, normal, hollow, wrap: 1) * occlusion
    return albedo * shade + shine(normal, point, gloss) * occlusion
  }

  /// Brows, beard and moustache.
  private func hairs(
    on skin: SIMD3<Float>, _ place: FaceAtlasPlace, _ rest: SIMD3<Float>, _ front: Float,
    _ lips: Float
  ) -> SIMD3<Float> {
    var albedo = skin
    let along = head.atlas.browAlong.withUnsafeBufferPointer { place.value($0) }
    let across = head.atlas.browAcross.withUnsafeBufferPointer { place.value($0) }
    if along > -0.08, along < 1.08, abs(across) < 0.09 {
      let taper = smoothstep(-0.06, 0.10, along) * (1 - smoothstep(0.55, 1.05, along) * 0.72)
      let half = identity.browThickness * taper
      // Hairs rise steeply at the nose and lie flat at the temple.
      let lean = across * (1.1 - along)
      let strands = noise(along * 46 - lean * 90 + identity.noiseShift, across * 22)
      let edge = half * (1 + 0.35 * strands)
      let cover = smoothstep(edge * 1.25, edge * 0.55, abs(across)) * smoothstep(-0.08, 0.06, along)
      let mix = cover * identity.browDensity * (0.86 + 0.14 * strands) * front
      albedo += (identity.browColour - albedo) * mix
    }
    guard identity.beard > 0 || identity.moustache > 0 else { return albedo }
    let beard = head.atlas.beard.withUnsafeBufferPointer { place.value($0) } * identity.beard
    let moustache =
      head.atlas.moustache.withUnsafeBufferPointer { place.value($0) } * identity.moustache
    let growth = max(beard, moustache) * (1 - lips)
    if growth > 0.02 {
      let strands = noise(rest.x * 75 + rest.z * 40, rest.y * 30 + identity.noiseShift)
      let fine = noise(rest.x * 130, rest.y * 60 + rest.z * 60)
      let cover = growth * (0.78 + 0.25 * strands + 0.22 * fine)
      let low = smoothstep(6.02, 6.18, rest.y)
      albedo += (identity.browColour * (1.1 + 0.3 * fine) - albedo) * min(max(cover * low, 0), 0.94)
    }
    return albedo
  }

  /// Hair painted on the scalp, under the shell or alone.
  private func scalpHair(
    on skin: SIMD3<Float>, _ depth: Float, _ rest: SIMD3<Float>
  ) -> SIMD3<Float> {
    let style = identity.hair
    let side = atan2(abs(rest.x), rest.z - FaceScalp.centre.z) * 180 / Float.pi
    let back =
      style.receded * (1 - smoothstep(50, 75, side))
      + style.recededTemples * smoothstep(20, 38, side) * (1 - smoothstep(55, 70, side))
    // A receded crown leaves a wreath.
    let crown = style.receded > 0.5 ? smoothstep(7.75, 7.95, rest.y) : 0
    let grain = noise(rest.x * 60 + rest.z * 35, rest.y * 45 + identity.noiseShift)
    let fine = noise(rest.x * 120, rest.y * 110 + rest.z * 90)
    let inside = smoothstep(-0.035, 0.06, depth - back + 0.03 * grain + 0.05 * fine)
    let cover = inside * style.density * (0.85 + 0.15 * fine) * (1 - crown)
    return skin + (identity.hairColour * (0.8 + 0.25 * grain) - skin) * cover
  }

  private func clothes(
    _ point: Point, _ rest: SIMD3<Float>, _ normal: SIMD3<Float>
  ) -> SIMD3<Float> {
    let weave = 1 + 0.08 * noise(rest.x * 60, rest.y * 60 + rest.z * 40)
    return scene.clothes * weave * light(point, normal, 0, wrap: 0)
  }

  /// The height of the collar around the neck.
  private static func collar(_ rest: SIMD3<Float>) -> Float {
    5.93 + 0.10 * smoothstep(0.9, 0.0, rest.z)
  }

  private func eye(_ point: Point, centre: SIMD3<Float>) -> SIMD3<Float> {
    let rest = point.mean(head.pack.positions)
    let out = normalized(rest - centre)
    let normal = normalized(point.mean(normals))
    let facing = dot(out, gazeAxis)
    let angle = (2 * max(0, 1 - facing)).squareRoot()
    let veins = noise(out.x * 30 + identity.noiseShift, out.y * 50)
    var albedo = SIMD3<Float>(0.80, 0.77, 0.74) * (1 + 0.04 * veins)
    albedo *= SIMD3(1, 1, 1) - SIMD3(0.05, 0.26, 0.24) * smoothstep(0.45, 0.95, abs(out.x))
    if angle < 0.48 {
      let spoke = noise(atan2(out.y - gazeAxis.y, out.x - gazeAxis.x) * 9, angle * 6)
      let radial = angle / 0.45
      var iris = identity.irisColour * (0.85 + 0.35 * spoke)
      iris *= 0.9 + 0.8 * smoothstep(0.25, 0.75, radial)
      iris *= 1 - 0.72 * smoothstep(0.80, 1.0, radial)
      iris *= smoothstep(0.13, 0.165, angle)
      albedo += (iris - albedo) * smoothstep(0.46, 0.42, angle)
    }
    // The upper lid and its lashes shade the ball; the corners lie deep.
    let lid = 1 - 0.45 * smoothstep(0.10, 0.45, out.y)
    let corner = 1 - 0.4 * smoothstep(0.45, 0.95, abs(out.x))
    let shade = light(point, normal, 0, wrap: 0.6) * (lid * corner * 0.92)
    let glint = power(max(dot(normal, half), 0), 8) * 1.2
    let window = power(max(dot(normal, normalized(SIMD3(-0.22, 0.34, 0.9))), 0), 8) * 0.6
    return albedo * shade + SIMD3(repeating: (glint + window) * lid)
  }

  private func insideMouth(_ point: Point) -> SIMD3<Float> {
    let rest = point.mean(head.pack.positions)
    let normal = normalized(point.mean(normals))
    let part = head.pack.parts[point.corners.0]
    let deep = smoothstep(1.05, 1.46, rest.z)
    var albedo: SIMD3<Float>
    if part == .tongue {
      albedo = SIMD3(0.36, 0.11, 0.11) * (1 - 0.25 * smoothstep(0.03, 0.0, abs(rest.x)))
    } else {
      // Gaps between teeth, which are narrower below.
      let width: Float = part == .upperTeeth ? 0.088 : 0.066
      let place = rest.x / width - (rest.x / width).rounded(.down)
      let gap = smoothstep(0.10, 0.0, min(place, 1 - place))
      albedo = SIMD3(0.74, 0.70, 0.60) * (1 - 0.42 * gap)
    }
    let side = 1 - 0.6 * smoothstep(0.12, 0.26, abs(rest.x))
    return albedo * ((0.18 + 0.72 * deep) * side) * light(point, normal, 0, wrap: 0.7)
  }

  private func hair(_ point: Point) -> SIMD3<Float> {
    let offset = headCount
    let own = Point(
      corners: (point.corners.0 - offset, point.corners.1 - offset, point.corners.2 - offset),
      weights: point.weights)
    let place = own.mean(identity.hairMesh.places)
    var tangent = scene.rotation(own.mean(identity.hairMesh.tangents))
    var normal = normalized(point.mean(normals))
    if normal.z < 0 { normal = -normal }
    let shift = identity.noiseShift
    let strand = noise(place.x * 230 + shift, place.z * 2.2)
    let lock = noise(place.x * 62 + shift, place.z * 1.4 + shift)
    let curls =
      identity.hair.curl > 0.01 ? noise(place.x * 130, place.z * 26 + shift) : 0
    tangent = normalized(tangent + SIMD3(strand, lock, -strand) * 0.12)
    // Kajiya & Kay (1989): light along a strand, brightest where the strand lies across it.
    let along = dot(tangent, scene.light)
    let diffuse = (max(0, 1 - along * along)).squareRoot()
    let facing = max(0.0, dot(normal, scene.light) * 0.6 + 0.4)
    let reach = shadow.light(at: point.mean(posed) + normal * 0.03, slope: 0.5)
    let alongHalf = dot(tangent, half)
    let sheen = power(max(0, 1 - alongHalf * alongHalf).squareRoot(), 5)
    let root = 0.62 + 0.38 * smoothstep(0, 0.35, place.z)
    let tone = (1 + 0.30 * strand + 0.28 * lock + 0.45 * curls) * root
    let ambient = scene.ground + (scene.sky - scene.ground) * (normal.y * 0.5 + 0.5)
    let colour = identity.hairColour * max(tone, 0.15)
    let key = scene.lightColour * (facing * (0.25 + 0.75 * reach))
    let highlight =
      (identity.hairColour * 1.6 + SIMD3(repeating: 0.05)) * (0.35 + 0.5 * max(strand, 0))
    return colour * (key * (0.55 + 0.75 * diffuse) + ambient * 0.75)
      + highlight * key * (sheen * 0.55)
  }

  // MARK: Light

  /// Light that a surface gets; `wrap` 1 lets it bleed into the shadow, more so in red, as in skin.
  private func light(
    _ point: Point, _ normal: SIMD3<Float>, _ hollow: Float, wrap: Float
  ) -> SIMD3<Float> {
    let facing = dot(normal, scene.light)
    let reach =
      facing > -0.3
      ? shadow.light(at: point.mean(posed), slope: 1 - max(facing, 0)) : 0
    let bleed = SIMD3<Float>(0.28, 0.18, 0.14) * wrap
    let wrapped = (SIMD3(repeating: facing) + bleed) / (SIMD3(repeating: 1) + bleed)
    let lit = wrapped.replacing(with: 0, where: wrapped .< 0)
    let soft = SIMD3(repeating: reach) + SIMD3<Float>(0.10, 0.035, 0.02) * (wrap * (1 - reach))
    let open = min(max(1 - 0.42 * hollow, 0.35), 1.12)
    let ambient = scene.ground + (scene.sky - scene.ground) * (normal.y * 0.5 + 0.5)
    let rim = 0.75 + 0.25 * max(normal.z, 0)
    let main = scene.lightColour * lit * soft * (0.5 + 0.5 * min(open, 1))
    return main + ambient * (open * rim)
  }

  private func shine(_ normal: SIMD3<Float>, _ point: Point, _ gloss: Float) -> SIMD3<Float> {
    let facing = max(dot(normal, half), 0)
    let broad = power(facing, 4) * 0.055
    let tight = power(facing, 5) * 0.05
    let grazing = 1 - max(normal.z, 0)
    let rim = grazing * grazing * grazing * 0.06
    return scene.lightColour * ((broad + tight) * gloss) + scene.sky * rim
  }

  /// `base` to the power of 2 to the `doublings`.
  private func power(_ base: Float, _ doublings: Int) -> Float {
    var value = base
    for _ in 0..<doublings { value *= value }
    return value
  }
}
