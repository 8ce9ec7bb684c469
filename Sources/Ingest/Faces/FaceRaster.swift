/// Which triangle is seen at each sample of a square grid, and where on it.
///
/// A z-buffer: a larger depth is nearer. The buffers are reused from picture to picture.
final class FaceRaster {
  /// Samples a side.
  let side: Int
  /// The triangle seen, or −1.
  private var triangle: [Int32]
  /// Weights of its second and third corner.
  private var second: [Float]
  private var third: [Float]
  private var depth: [Float]

  /// How triangles are drawn.
  enum Mode {
    /// Facing the camera, nearest wins.
    case front
    /// Both sides, nearest wins.
    case both
  }

  init(side: Int) {
    self.side = side
    triangle = Array(repeating: -1, count: side * side)
    second = Array(repeating: 0, count: side * side)
    third = second
    depth = Array(repeating: -.infinity, count: side * side)
  }

  /// What is seen, for reading.
  struct View {
    let side: Int
    /// The triangle at each sample, or −1, and the weights of its second and third corner.
    let triangle: [Int32]
    let second: [Float]
    let third: [Float]
  }

  /// What is seen now.
  var view: View { View(side: side, triangle: triangle, second: second, third: third) }

  /// How near what is seen is, or −∞.
  var depths: [Float] { depth }

  /// Empties the grid.
  func clear() {
    triangle.withUnsafeMutableBufferPointer { $0.update(repeating: -1) }
    clearDepth()
  }

  /// Forgets the depths, so that what follows is drawn over everything there is.
  func clearDepth() {
    depth.withUnsafeMutableBufferPointer { $0.update(repeating: -.infinity) }
  }

  /// Draws triangles.
  ///
  /// - Parameters:
  ///   - corners: Three vertices a triangle.
  ///   - range: The triangles to draw.
  ///   - screen: Vertices in samples from the left and from the top, and depth.
  ///   - mode: Which sides and where.
  ///   - accepts: Whether a sample of a triangle is to be drawn, given the sample, the triangle and
  ///     its weights.
  @inline(__always)
  func draw(
    _ corners: [Int32], _ range: Range<Int>, screen: [SIMD3<Float>], mode: Mode,
    accepts: (_ sample: Int, _ triangle: Int, _ second: Float, _ third: Float) -> Bool
  ) {
    let side = self.side
    let limit = Float(side - 1)
    triangle.withUnsafeMutableBufferPointer { triangle in
      second.withUnsafeMutableBufferPointer { second in
        third.withUnsafeMutableBufferPointer { third in
          depth.withUnsafeMutableBufferPointer { depth in
            corners.withUnsafeBufferPointer { corners in
              screen.withUnsafeBufferPointer { screen in
                for index in range {
                  let a = screen[Int(corners[index &* 3])]
                  let b = screen[Int(corners[index &* 3 &+ 1])]
                  let c = screen[Int(corners[index &* 3 &+ 2])]
                  let ab = b - a
                  let ac = c - a
                  let area = ab.x * ac.y - ac.x * ab.y
                  // Counter-clockwise with y up is clockwise with y down.
                  if area >= 0 && (mode != .both || area == 0) { continue }
                  // Number by number: vectors of three are slow to compare.
                  let low = (x: least(a.x, b.x, c.x), y: least(a.y, b.y, c.y))
                  let high = (x: most(a.x, b.x, c.x), y: most(a.y, b.y, c.y))
                  if high.x < 0 || high.y < 0 || low.x > limit || low.y > limit { continue }
                  let left = ceiling(most(low.x, 0))
                  let right = Int(least(high.x, limit))
                  let top = ceiling(most(low.y, 0))
                  let bottom = Int(least(high.y, limit))
                  if left > right || top > bottom { continue }
                  let scale = 1 / area
                  for y in top...bottom {
                    let dy = Float(y) - a.y
                    for x in left...right {
                      let dx = Float(x) - a.x
                      let u = (dx * ac.y - ac.x * dy) * scale
                      let v = (ab.x * dy - dx * ab.y) * scale
                      if u < -1e-4 || v < -1e-4 || u + v > 1.0001 { continue }
                      let z = a.z + u * ab.z + v * ac.z
                      let sample = y &* side &+ x
                      if z > depth[sample], accepts(sample, index, u, v) {
                        depth[sample] = z
                        triangle[sample] = Int32(truncatingIfNeeded: index)
                        second[sample] = u
                        third[sample] = v
                      }
                    }
                  }
                }
              }
            }
          }
        }
      }
    }
  }
}

@inline(__always)
private func least(_ a: Float, _ b: Float) -> Float { b < a ? b : a }

@inline(__always)
private func least(_ a: Float, _ b: Float, _ c: Float) -> Float { least(least(a, b), c) }

@inline(__always)
private func most(_ a: Float, _ b: Float) -> Float { b > a ? b : a }

@inline(__always)
private func most(_ a: Float, _ b: Float, _ c: Float) -> Float { most(most(a, b), c) }

/// The next whole number from one that is not negative on, without a call.
@inline(__always)
private func ceiling(_ value: Float) -> Int {
  let whole = Int(value)
  return Float(whole) < value ? whole + 1 : whole
}
