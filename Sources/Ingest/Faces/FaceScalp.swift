import Foundation

/// The hairy part of the head at rest: where the hairline runs and how a grid of hair is bound to
/// the skull.
struct FaceScalp: Sendable {
  /// Columns of the grid around the head; the last repeats the first.
  static let columns = 61
  /// Steps of the grid from the crown down.
  static let steps = 26
  /// Radians a step.
  static let step = Float.pi * 6 / 180
  /// The middle of the skull at rest.
  static let centre = SIMD3<Float>(0, 7.65, 0.4)

  /// How far inside the hairline each vertex of the head lies, in radians seen from the middle of
  /// the skull; negative outside.
  let depth: [Float]
  /// For each column and step the three corners of the triangle of skin that it lies on.
  let corners: [SIMD3<Int32>]
  /// The weights of the three corners.
  let weights: [SIMD3<Float>]
  /// The direction of each column and step from the middle of the skull.
  let directions: [SIMD3<Float>]

  /// Casts the grid onto the head at rest.
  init(_ pack: FacePack) {
    depth = pack.positions.enumerated().map { vertex, place in
      let onSkin = pack.parts[vertex] == .skin && place.y > 6.4
      return onSkin ? FaceScalp.depth(place - FaceScalp.centre) : -1
    }
    let skull = SkullCaster(pack)
    var corners: [SIMD3<Int32>] = []
    var weights: [SIMD3<Float>] = []
    var directions: [SIMD3<Float>] = []
    for column in 0..<FaceScalp.columns {
      for row in 0..<FaceScalp.steps {
        let direction = FaceScalp.direction(column: column, angle: Float(row) * FaceScalp.step)
        let hit = skull.hit(direction)
        corners.append(hit.corners)
        weights.append(hit.weights)
        directions.append(direction)
      }
    }
    self.corners = corners
    self.weights = weights
    self.directions = directions
  }

  /// The direction of a column at an angle from the crown, which lies behind the top of the head.
  static func direction(column: Int, angle: Float) -> SIMD3<Float> {
    let around = azimuth(column)
    let tilt: Float = 0.35
    let flat = SIMD3(sin(angle) * sin(around), cos(angle), sin(angle) * cos(around))
    return SIMD3(
      flat.x, flat.y * cos(tilt) + flat.z * sin(tilt), flat.z * cos(tilt) - flat.y * sin(tilt))
  }

  /// The angle of a column around the head: 0 at the face, positive on the person's left.
  static func azimuth(_ column: Int) -> Float {
    Float(column) / Float(columns - 1) * 2 * Float.pi - Float.pi
  }

  /// How far inside the hairline a direction from the middle of the skull points, in radians.
  static func depth(_ direction: SIMD3<Float>) -> Float {
    let around = atan2(abs(direction.x), direction.z) * 180 / Float.pi
    let length = (direction * direction).sum().squareRoot()
    let down = acos(min(max(direction.y / max(length, 1e-6), -1), 1)) * 180 / Float.pi
    let line = FaceAtlas.curve(
      around,
      [
        (0, 69), (20, 69.5), (36, 70.5), (48, 75), (58, 85), (66, 96), (74, 110), (80, 114),
        (86, 108),
        (92, 96), (104, 96), (114, 110), (128, 127), (150, 136), (180, 139),
      ])
    return (line - down) * Float.pi / 180
  }

  /// Where the grid lies on a head of the given vertices, column by column.
  func grid(on vertices: [SIMD3<Float>]) -> [SIMD3<Float>] {
    zip(corners, weights).map { corner, weight in
      vertices[Int(corner.x)] * weight.x + vertices[Int(corner.y)] * weight.y
        + vertices[Int(corner.z)] * weight.z
    }
  }
}

/// Rays from the middle of the skull to the skin.
private struct SkullCaster {
  private struct Triangle {
    let corners: SIMD3<Int32>
    let a: SIMD3<Float>
    let ab: SIMD3<Float>
    let ac: SIMD3<Float>
    /// Towards its middle.
    let direction: SIMD3<Float>
  }

  private let triangles: [Triangle]

  init(_ pack: FacePack) {
    triangles = stride(from: 0, to: pack.corners.count, by: 3).compactMap { at in
      let corners = SIMD3(pack.corners[at], pack.corners[at + 1], pack.corners[at + 2])
      let a = pack.positions[Int(corners.x)] - FaceScalp.centre
      guard pack.parts[Int(corners.x)] == .skin, a.y > -1.4 else { return nil }
      let ab = pack.positions[Int(corners.y)] - FaceScalp.centre - a
      let ac = pack.positions[Int(corners.z)] - FaceScalp.centre - a
      return Triangle(
        corners: corners, a: a, ab: ab, ac: ac, direction: normalized(a + (ab + ac) / 3))
    }
  }

  /// The first skin that a ray meets (Möller & Trumbore 1997); the nearest vertex if it meets none.
  func hit(_ ray: SIMD3<Float>) -> (corners: SIMD3<Int32>, weights: SIMD3<Float>) {
    var best = (corners: SIMD3<Int32>(), weights: SIMD3<Float>(1, 0, 0))
    var nearest = Float.infinity
    for triangle in triangles where dot(triangle.direction, ray) > 0.9 {
      let p = cross(ray, triangle.ac)
      let determinant = (triangle.ab * p).sum()
      guard abs(determinant) > 1e-9 else { continue }
      let u = -(triangle.a * p).sum() / determinant
      guard u >= -1e-4, u <= 1.0001 else { continue }
      let q = cross(-triangle.a, triangle.ab)
      let v = (ray * q).sum() / determinant
      guard v >= -1e-4, u + v <= 1.0001 else { continue }
      let distance = (triangle.ac * q).sum() / determinant
      if distance > 0.2, distance < nearest {
        nearest = distance
        best = (triangle.corners, SIMD3(1 - u - v, u, v))
      }
    }
    return best
  }
}

/// The cross product.
func cross(_ a: SIMD3<Float>, _ b: SIMD3<Float>) -> SIMD3<Float> {
  SIMD3(a.y * b.z - a.z * b.y, a.z * b.x - a.x * b.z, a.x * b.y - a.y * b.x)
}

/// The dot product.
func dot(_ a: SIMD3<Float>, _ b: SIMD3<Float>) -> Float { (a * b).sum() }

/// The vector of length 1 in the same direction; zero stays zero.
@inline(__always)
func normalized(_ vector: SIMD3<Float>) -> SIMD3<Float> {
  let length = dot(vector, vector).squareRoot()
  return length > 1e-12 ? vector / length : vector
}
