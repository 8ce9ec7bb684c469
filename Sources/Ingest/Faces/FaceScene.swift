internal import Compute
import Foundation

/// Everything that makes one picture of a person: pose, light, background and camera.
struct FaceScene: Sendable {
  /// Turning to the person's left, looking up, and leaning to the shoulder, in radians.
  var yaw: Float = 0
  var pitch: Float = 0
  var roll: Float = 0
  /// Shift of the face in the picture, in rest units, and size.
  var shift = SIMD2<Float>()
  var zoom: Float = 1
  /// Where the eyes look, in radians to the person's left and up.
  var gaze = SIMD2<Float>()
  /// Towards the main light, in camera space, and its colour.
  var light = SIMD3<Float>(0.3, 0.4, 0.87)
  var lightColour = SIMD3<Float>(1, 0.97, 0.92)
  /// Light from all around: from above and from below.
  var sky = SIMD3<Float>(0.42, 0.44, 0.48)
  var ground = SIMD3<Float>(0.24, 0.21, 0.19)
  /// Colours of the background in linear light: upper left, lower right, and of two soft spots.
  var backdrop: [SIMD3<Float>] = [
    SIMD3(0.3, 0.35, 0.4), SIMD3(0.2, 0.22, 0.25), SIMD3(0.3, 0.3, 0.3), SIMD3(0.2, 0.2, 0.2),
  ]
  /// Middles of the spots, 0…1, and their radii.
  var spots: [SIMD3<Float>] = [SIMD3(0.2, 0.3, 0.3), SIMD3(0.8, 0.7, 0.4)]
  var clothes = SIMD3<Float>(0.1, 0.12, 0.2)
  var exposure: Float = 1
  var contrast: Float = 1
  var whiteBalance = SIMD3<Float>(1, 1, 1)
  /// Standard deviation of the sensor's noise, in grey levels.
  var noise: Float = 2
  /// Radius of the blur, in pixels at 64 pixels a side; 0 for none.
  var blur: Float = 0
  /// Seeds the sensor's noise.
  var noiseSeed: UInt64 = 0

  /// The plain scene: a face straight on in soft light.
  init() {}

  /// Draws a scene.
  init(random: inout RandomStream) {
    yaw = Float(random.normal(0, 0.12))
    pitch = Float(random.normal(0, 0.06))
    roll = Float(random.normal(0, 0.04))
    shift = SIMD2(Float(random.normal(0, 0.02)), Float(random.normal(0, 0.02)))
    zoom = Float(random.uniform(0.96, 1.05))
    // The eyes stay mostly with the camera while the head turns.
    gaze = SIMD2(
      -yaw * Float(random.uniform(0.3, 1)) + Float(random.normal(0, 0.06)),
      -pitch * Float(random.uniform(0.3, 1)) + Float(random.normal(0, 0.04)))
    light = normalized(
      SIMD3(Float(random.normal(0, 0.42)), Float(random.uniform(0.05, 0.7)), 1))
    let warmth = Float(random.normal(0, 0.06))
    lightColour = SIMD3(1 + warmth, 0.98, 0.95 - warmth) * Float(random.uniform(0.75, 1.05))
    let ambient = Float(random.uniform(0.36, 0.55))
    let skyTint = Float(random.normal(0, 0.04))
    sky = SIMD3(1 - skyTint, 1, 1 + skyTint) * ambient
    ground = SIMD3(1.0, 0.88, 0.8) * (ambient * Float(random.uniform(0.4, 0.75)))
    let hue = { (random: inout RandomStream, spread: Float) -> SIMD3<Float> in
      let grey = Float(random.uniform(0.03, 0.62))
      let parts = (0..<3).map { _ in max(0.15, 1 + spread * Float(random.normal())) }
      return SIMD3(parts[0], parts[1], parts[2]) * grey
    }
    let spread: Float = random.chance(0.2) ? 0.4 : 0.14
    let first = hue(&random, spread)
    let second = first * Float(random.uniform(0.5, 1.3))
    backdrop = [first, second, hue(&random, spread), hue(&random, spread)]
    spots = (0..<2).map { _ in
      SIMD3(
        Float(random.uniform(0, 1)), Float(random.uniform(0, 1)), Float(random.uniform(0.12, 0.5)))
    }
    clothes = hue(&random, 0.5) * 0.8
    exposure = Float(random.uniform(0.9, 1.1))
    contrast = Float(random.uniform(0.9, 1.1))
    let balance = Float(random.normal(0, 0.025))
    whiteBalance = SIMD3(1 + balance, 1, 1 - balance)
    noise = Float(random.uniform(0.8, 2.6))
    blur = random.chance(0.15) ? Float(random.uniform(0.25, 0.4)) : 0
    noiseSeed = random.next()
  }

  /// Rotates from the head's space into the camera's: roll after pitch after yaw.
  var rotation: FaceRotation { FaceRotation(yaw: yaw, pitch: -pitch, roll: roll) }
}

/// A rotation as three rows.
struct FaceRotation: Sendable {
  let rows: (SIMD3<Float>, SIMD3<Float>, SIMD3<Float>)

  init(yaw: Float, pitch: Float, roll: Float) {
    let (cy, sy) = (cos(yaw), sin(yaw))
    let (cx, sx) = (cos(pitch), sin(pitch))
    let (cz, sz) = (cos(roll), sin(roll))
    // Rz · Rx · Ry
    rows = (
      SIMD3(cz * cy - sz * sx * sy, -sz * cx, cz * sy + sz * sx * cy),
      SIMD3(sz * cy + cz * sx * sy, cz * cx, sz * sy - cz * sx * cy),
      SIMD3(-cx * sy, sx, cx * cy)
    )
  }

  func callAsFunction(_ v: SIMD3<Float>) -> SIMD3<Float> {
    SIMD3(dot(rows.0, v), dot(rows.1, v), dot(rows.2, v))
  }
}
