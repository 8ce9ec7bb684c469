/// What the main light sees, to tell what lies in shadow.
struct FaceShadow {
  private let side: Int
  private let depth: [Float]
  private let across: SIMD3<Float>
  private let up: SIMD3<Float>
  private let towards: SIMD3<Float>

  /// Half the width of what the light sees, in rest units.
  private static let reach: Float = 1.75

  /// Looks at the scene along the light.
  ///
  /// - Parameters:
  ///   - points: Vertices in camera space, around the origin.
  ///   - corners: Triangles.
  ///   - range: The triangles that throw shadows.
  ///   - light: Towards the light, of length 1.
  ///   - raster: The grid to draw on.
  init(
    of points: [SIMD3<Float>], _ corners: [Int32], _ range: Range<Int>,
    along light: SIMD3<Float>, raster: FaceRaster
  ) {
    side = raster.side
    towards = light
    across = normalized(cross(SIMD3(0, 1, 0), light))
    up = cross(light, across)
    let scale = Float(side) / (2 * FaceShadow.reach)
    let middle = Float(side) / 2
    let (across, up) = (across, up)
    let screen = points.map { point in
      SIMD3(middle + dot(point, across) * scale, middle - dot(point, up) * scale, dot(point, light))
    }
    raster.clear()
    raster.draw(corners, range, screen: screen, mode: .both) { _, _, _, _ in true }
    depth = raster.depths
  }

  /// How much light reaches a point, 0…1, over the four nearest samples of three neighbourhoods.
  func light(at point: SIMD3<Float>, slope: Float) -> Float {
    let place = place(point)
    let bias = 0.018 + 0.05 * slope
    var sum: Float = 0
    let offsets: (SIMD2<Float>, SIMD2<Float>, SIMD2<Float>, SIMD2<Float>) = (
      SIMD2(0.7, 1.6), SIMD2(-1.6, 0.7), SIMD2(-0.7, -1.6), SIMD2(1.6, -0.7)
    )
    sum += lit(place.x + offsets.0.x, place.y + offsets.0.y, place.z + bias)
    sum += lit(place.x + offsets.1.x, place.y + offsets.1.y, place.z + bias)
    sum += lit(place.x + offsets.2.x, place.y + offsets.2.y, place.z + bias)
    sum += lit(place.x + offsets.3.x, place.y + offsets.3.y, place.z + bias)
    return sum * 0.25
  }

  private func place(_ point: SIMD3<Float>) -> SIMD3<Float> {
    let scale = Float(side) / (2 * FaceShadow.reach)
    return SIMD3(
      Float(side) / 2 + dot(point, across) * scale, Float(side) / 2 - dot(point, up) * scale,
      dot(point, towards))
  }

  /// Four samples around a place, weighted by their nearness.
  private func lit(_ x: Float, _ y: Float, _ z: Float) -> Float {
    guard x >= 0, y >= 0, x < Float(side - 1), y < Float(side - 1) else { return 1 }
    let left = Int(x)
    let top = Int(y)
    let fx = x - Float(left)
    let fy = y - Float(top)
    return depth.withUnsafeBufferPointer { depth in
      let at = top * side + left
      let a: Float = depth[at] <= z ? 1 : 0
      let b: Float = depth[at + 1] <= z ? 1 : 0
      let c: Float = depth[at + side] <= z ? 1 : 0
      let d: Float = depth[at + side + 1] <= z ? 1 : 0
      let upper = a + (b - a) * fx
      let lower = c + (d - c) * fx
      return upper + (lower - upper) * fy
    }
  }
}
