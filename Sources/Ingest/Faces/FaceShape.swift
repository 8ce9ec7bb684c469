internal import Compute
import Foundation

/// Draws the shape of a head from the targets of the pack.
struct FaceShape {
  let head: FaceHead

  /// The vertices of a person, moved so that the eyes are where the mesh has them.
  ///
  /// - Throws: `FacePackError` if the pack lacks a target.
  func draw(
    ancestry: [Float], female: Bool, age: Float, random: inout RandomStream
  ) throws -> [SIMD3<Float>] {
    var vertices = head.pack.positions
    let sex = female ? "female" : "male"
    let dimorphism = Float(random.uniform(0.8, 1))
    for (name, share) in zip(["african", "asian", "caucasian"], ancestry) {
      for (years, part) in [("young", 1 - age * 0.85), ("old", age * 0.85)] {
        for (kind, much) in [(sex, dimorphism), (female ? "male" : "female", 1 - dimorphism)] {
          let target = try head.pack.target(.macro, "\(name)-\(kind)-\(years)")
          add(target, share * part * much, to: &vertices)
        }
      }
    }
    let weight = Float(random.normal(0, 0.5))
    let build = "universal-\(sex)-young-averagemuscle-\(weight > 0 ? "max" : "min")weight"
    add(try head.pack.target(.macro, build), min(abs(weight), 1), to: &vertices)
    for (name, target) in features(of: .shape) where random.chance(0.45) {
      let large = name.hasPrefix("forehead") || name.hasPrefix("head-") || name.hasPrefix("chin")
      // A mouth or brows at rest must not look like an expression.
      let mimics = name.hasPrefix("mouth") || name.hasPrefix("eyebrows")
      let fine = name.hasPrefix("eye-") || name.hasPrefix("nose")
      let limit: Float = if large { 0.25 } else if mimics { 0.3 } else if fine { 0.4 } else { 0.6 }
      let strength = Float(random.normal(0, 0.3))
      add(target, min(max(strength, -limit), limit), to: &vertices)
    }
    for (_, target) in features(of: .asymmetry) where random.chance(0.12) {
      add(target, Float(random.uniform(0.1, 0.5)), to: &vertices)
    }
    return placed(vertices)
  }

  /// Targets in the order of their names, so that the draw is the same every time.
  private func features(of kind: FacePack.Kind) -> [(String, VertexShift)] {
    (head.pack.targets[kind] ?? [:]).sorted { $0.key < $1.key }
  }

  private func add(_ target: VertexShift, _ weight: Float, to vertices: inout [SIMD3<Float>]) {
    guard weight != 0 else { return }
    for (vertex, shift) in zip(target.vertices, target.shifts) {
      vertices[Int(vertex)] += shift * weight
    }
  }

  /// Undoes most of the difference in size and all of the difference in place.
  private func placed(_ vertices: [SIMD3<Float>]) -> [SIMD3<Float>] {
    let measure = { (vertices: [SIMD3<Float>]) -> (middle: SIMD3<Float>, size: Float) in
      let at = { vertices[Int(head.pack.landmarks[$0])] }
      let eyes = (at(36) + at(39) + at(42) + at(45)) / 4
      let chin = at(8) - eyes
      return (eyes, dot(chin, chin).squareRoot())
    }
    let (middle, size) = measure(vertices)
    let (home, usual) = measure(head.pack.positions)
    let scale = 1 + (usual / size - 1) * 0.8
    return vertices.map { ($0 - middle) * scale + home }
  }
}
