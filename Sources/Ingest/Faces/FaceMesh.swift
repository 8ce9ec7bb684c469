/// The head and hair of one picture: where every vertex is and how its surface is turned.
final class FaceMesh {
  /// Three vertices a triangle: skin and eyes, what is inside the mouth, and hair.
  let corners: [Int32]
  /// Triangles of skin and eyes.
  let skin: Range<Int>
  /// Triangles of teeth and tongue.
  let mouth: Range<Int>
  /// Triangles of hair.
  let hair: Range<Int>
  /// Vertices of the head; those of the hair follow.
  let headCount: Int
  /// Places in the head's space, then in the camera's, around the middle of the face.
  private(set) var posed: [SIMD3<Float>] = []
  /// Outward directions in camera space.
  private(set) var normals: [SIMD3<Float>] = []
  /// How deep a hollow each vertex lies in, in shares of the distance to its neighbours.
  private(set) var hollow: [Float] = []
  private var moved: [SIMD3<Float>] = []
  private var neighbours: [SIMD4<Float>] = []

  init(_ head: FaceHead) {
    let all = stride(from: 0, to: head.pack.corners.count, by: 3).map { at in
      Array(head.pack.corners[at..<at + 3])
    }
    let group = { (triangle: [Int32]) -> Int in
      switch head.pack.parts[Int(triangle[0])] {
      case .skin, .innerMouth, .leftEye, .rightEye: 0
      case .upperTeeth, .lowerTeeth, .tongue: 1
      }
    }
    headCount = head.pack.positions.count
    let groups = (0..<2).map { wanted in all.filter { group($0) == wanted } }
    let offset = Int32(headCount)
    corners = groups.flatMap { $0.flatMap { $0 } } + FaceHairMesh.corners.map { $0 + offset }
    skin = 0..<groups[0].count
    mouth = skin.upperBound..<skin.upperBound + groups[1].count
    hair = mouth.upperBound..<corners.count / 3
  }

  /// Moves the face, turns the head and finds how the surface lies.
  func pose(_ head: FaceHead, _ identity: FaceIdentity, _ scene: FaceScene, _ face: FaceExpression)
  {
    moved.removeAll(keepingCapacity: true)
    moved += identity.vertices
    for (unit, strength) in face.ordered {
      guard let motion = head.motions[unit] else { continue }
      // Closed lids cannot be tightened much further: they would pass through each other.
      let share: Float = unit == .lidTightener && face[.eyesClosed] > 0 ? 0.3 : 1
      add(motion.left, share * Float(strength.left / 5))
      add(motion.right, share * Float(strength.right / 5))
    }
    moved += identity.hairMesh.positions
    // The eyes' middle, a little lowered and deep in the head, is what the head turns about.
    let eyes = (head.eyeCentres.left + head.eyeCentres.right) / 2
    let pivot = SIMD3(0, eyes.y - 0.29, eyes.z - 0.75)
    let rotation = scene.rotation
    posed.removeAll(keepingCapacity: true)
    for point in moved { posed.append(rotation(point - pivot)) }
    findNormals()
  }

  private func add(_ shift: VertexShift, _ weight: Float) {
    guard weight != 0 else { return }
    for index in shift.vertices.indices {
      moved[Int(shift.vertices[index])] += shift.shifts[index] * weight
    }
  }

  /// Normals weighted by area, and the hollows: how far a vertex lies behind its neighbours' mean.
  private func findNormals() {
    let count = posed.count
    normals.removeAll(keepingCapacity: true)
    neighbours.removeAll(keepingCapacity: true)
    hollow.removeAll(keepingCapacity: true)
    for _ in 0..<count {
      normals.append(SIMD3())
      neighbours.append(SIMD4())
    }
    posed.withUnsafeBufferPointer { posed in
      normals.withUnsafeMutableBufferPointer { normals in
        neighbours.withUnsafeMutableBufferPointer { neighbours in
          for at in stride(from: 0, to: corners.count, by: 3) {
            let (i, j, k) = (Int(corners[at]), Int(corners[at + 1]), Int(corners[at + 2]))
            let (a, b, c) = (posed[i], posed[j], posed[k])
            let normal = cross(b - a, c - a)
            normals[i] += normal
            normals[j] += normal
            normals[k] += normal
            neighbours[i] += SIMD4(b + c, 2)
            neighbours[j] += SIMD4(a + c, 2)
            neighbours[k] += SIMD4(a + b, 2)
          }
        }
      }
    }
    for index in 0..<count {
      let normal = normalized(normals[index])
      normals[index] = normal
      let sum = neighbours[index]
      guard sum.w > 0 else {
        hollow.append(0)
        continue
      }
      let away = SIMD3(sum.x, sum.y, sum.z) / sum.w - posed[index]
      let length = dot(away, away).squareRoot()
      hollow.append(length > 1e-6 ? dot(away, normal) / 0.02 : 0)
    }
  }
}
