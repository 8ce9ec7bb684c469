internal import Raster

/// Which pixels each action unit moves.
///
/// A pixel belongs to an action unit's mask if the skin seen in it moves by more than a quarter of
/// what the unit moves most, the mean over the pixel's samples; what hair hides does not count.
struct FaceReach {
  /// Relative movement of each vertex: both sides for every unit, then left and right alone for
  /// the units that may be one-sided.
  private let table: [Float]
  private let lanes: [ActionUnit: Int]
  private let sideLanes: [ActionUnit: (left: Int, right: Int)]

  init(_ head: FaceHead) {
    var lanes: [ActionUnit: Int] = [:]
    var sideLanes: [ActionUnit: (left: Int, right: Int)] = [:]
    var columns: [[Float]] = []
    for unit in ActionUnit.allCases {
      lanes[unit] = columns.count
      columns.append(head.motions[unit]?.reach ?? [])
    }
    for unit in ActionUnit.allCases where unit.mayBeOneSided {
      sideLanes[unit] = (columns.count, columns.count + 1)
      columns.append(head.motions[unit]?.leftReach ?? [])
      columns.append(head.motions[unit]?.rightReach ?? [])
    }
    self.lanes = lanes
    self.sideLanes = sideLanes
    table = head.pack.positions.indices.flatMap { vertex in
      (0..<FaceReach.width).map { $0 < columns.count ? columns[$0][vertex] : 0 }
    }
  }

  /// Lanes a vertex: 19 action units, two of them on either side, and one to spare.
  private static let width = 24

  /// The masks of all action units over a drawn face.
  func masks(
    of face: FaceExpression, mesh: FaceMesh, raster: FaceRaster, size: Int, samples: Int
  ) -> [ActionUnit: BitMask] {
    let chosen = ActionUnit.allCases.map { unit -> (ActionUnit, Int) in
      let both = lanes[unit] ?? 0
      guard let strength = face.strengths[unit], strength.intensity > 0,
        let sides = sideLanes[unit], strength.left <= 0 || strength.right <= 0
      else { return (unit, both) }
      return (unit, strength.left > 0 ? sides.left : sides.right)
    }
    var bits = chosen.map { _ in [Bool](repeating: false, count: size * size) }
    let threshold = 0.25 * Float(samples * samples)
    let corners = mesh.corners
    let view = raster.view
    let width = FaceReach.width
    var sums = [Float](repeating: 0, count: width)
    for y in 0..<size {
      for x in 0..<size {
        var seen = false
        for dy in 0..<samples {
          for dx in 0..<samples {
            let sample = (y * samples + dy) * view.side + x * samples + dx
            let triangle = Int(view.triangle[sample])
            guard triangle >= 0, triangle < mesh.hair.lowerBound else { continue }
            if !seen { for lane in 0..<width { sums[lane] = 0 } }
            seen = true
            let (second, third) = (view.second[sample], view.third[sample])
            let first = 1 - second - third
            let a = Int(corners[triangle * 3]) * width
            let b = Int(corners[triangle * 3 + 1]) * width
            let c = Int(corners[triangle * 3 + 2]) * width
            table.withUnsafeBufferPointer { table in
              sums.withUnsafeMutableBufferPointer { sums in
                for lane in 0..<width {
                  sums[lane] +=
                    table[a &+ lane] * first + table[b &+ lane] * second + table[c &+ lane] * third
                }
              }
            }
          }
        }
        guard seen else { continue }
        for (index, (_, lane)) in chosen.enumerated() where sums[lane] > threshold {
          bits[index][y * size + x] = true
        }
      }
    }
    var masks: [ActionUnit: BitMask] = [:]
    for (index, (unit, _)) in chosen.enumerated() {
      masks[unit] = BitMask(width: size, height: size, bits: bits[index])
    }
    return masks
  }
}
