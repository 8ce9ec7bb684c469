internal import Raster

/// A rendered face and what is known of it.
struct FaceImage {
  let picture: Picture
  /// The 68 landmarks in pixels from the upper left corner.
  let landmarks: [SIMD2<Float>]
  /// The pixels whose skin each action unit moves by more than a quarter of its most.
  let masks: [ActionUnit: BitMask]
}

/// Draws faces of one size.
///
/// Not for use by two threads at once: it keeps its buffers.
final class FaceRenderer {
  let head: FaceHead
  let noise: FaceNoise
  let size: Int
  private let raster: FaceRaster
  private let shadowRaster: FaceRaster
  private let mesh: FaceMesh
  private let reach: FaceReach
  private var screen: [SIMD3<Float>] = []

  /// Samples a side of a pixel.
  private static let supersampling = 2
  /// Width of the picture at the eyes, in rest units.
  private static let field: Float = 1.9
  /// Distance of the camera, in rest units.
  private static let distance: Float = 9

  init(head: FaceHead, noise: FaceNoise, size: Int) {
    self.head = head
    self.noise = noise
    self.size = size
    raster = FaceRaster(side: size * FaceRenderer.supersampling)
    shadowRaster = FaceRaster(side: size <= 96 ? 128 : 224)
    mesh = FaceMesh(head)
    reach = FaceReach(head)
  }

  /// Draws a face.
  func render(_ identity: FaceIdentity, _ scene: FaceScene, _ face: FaceExpression) -> FaceImage {
    mesh.pose(head, identity, scene, face)
    let throwing = 0..<(identity.hair.shell ? mesh.hair.upperBound : mesh.mouth.lowerBound)
    let shadow = FaceShadow(
      of: mesh.posed, mesh.corners, throwing, along: scene.light, raster: shadowRaster)
    project(scene)
    see(identity)
    let shader = FaceShader(
      head: head, identity: identity, scene: scene, noise: noise, mesh: mesh, shadow: shadow,
      folds: FaceFolds(face, identity, head.atlas))
    let camera = FaceCamera(scene: scene, size: size)
    let samples = Float(FaceRenderer.supersampling)
    return FaceImage(
      picture: camera.develop(light(shader, camera)),
      landmarks: head.pack.landmarks.map { vertex in
        let place = screen[Int(vertex)]
        return (SIMD2(place.x, place.y) + 0.5) / samples
      },
      masks: reach.masks(
        of: face, mesh: mesh, raster: raster, size: size, samples: FaceRenderer.supersampling))
  }

  private func project(_ scene: FaceScene) {
    let side = Float(raster.side)
    let scale = side / FaceRenderer.field * scene.zoom
    screen.removeAll(keepingCapacity: true)
    for point in mesh.posed {
      let nearness = FaceRenderer.distance / (FaceRenderer.distance - point.z)
      screen.append(
        SIMD3(
          side / 2 + (point.x + scene.shift.x) * scale * nearness - 0.5,
          side / 2 - (point.y + scene.shift.y) * scale * nearness - 0.5, point.z))
    }
  }

  /// Finds what is seen: skin and eyes, through the lips the mouth, and hair over all.
  private func see(_ identity: FaceIdentity) {
    raster.clear()
    raster.draw(mesh.corners, mesh.skin, screen: screen, mode: .front) { _, _, _, _ in true }
    seeHair(identity)
    seeMouth()
  }

  private func seeHair(_ identity: FaceIdentity) {
    guard identity.hair.shell else { return }
    let ragged = identity.hair.ragged
    let places = identity.hairMesh.places
    let corners = mesh.corners
    let offset = mesh.headCount
    let noise = self.noise
    let shift = identity.noiseShift
    raster.draw(corners, mesh.hair, screen: screen, mode: .both) { _, triangle, second, third in
      let a = places[Int(corners[triangle * 3]) - offset]
      let b = places[Int(corners[triangle * 3 + 1]) - offset]
      let c = places[Int(corners[triangle * 3 + 2]) - offset]
      let place = a + (b - a) * second + (c - a) * third
      guard place.y > 0.5 else { return true }
      let strands =
        noise(place.x * 430 + shift, place.z * 1.2) * 0.55
        + noise(place.x * 130 + shift, place.z) * 0.45
      return place.y < 1 - ragged * (0.5 + 0.5 * strands)
    }
  }

  /// Teeth and tongue are drawn only where the inside of the mouth is seen, so that they can never
  /// stand out of lips or cheeks.
  private func seeMouth() {
    let side = raster.side
    var window = [Bool](repeating: false, count: side * side)
    var any = false
    let view = raster.view
    let corners = mesh.corners
    let inner = head.pack.parts.map { $0 == .innerMouth }
    for sample in window.indices {
      let triangle = Int(view.triangle[sample])
      guard triangle >= 0, triangle < mesh.skin.upperBound else { continue }
      let (second, third) = (view.second[sample], view.third[sample])
      var share: Float = 0
      if inner[Int(corners[triangle * 3])] { share += 1 - second - third }
      if inner[Int(corners[triangle * 3 + 1])] { share += second }
      if inner[Int(corners[triangle * 3 + 2])] { share += third }
      if share > 0.55 {
        window[sample] = true
        any = true
      }
    }
    guard any else { return }
    raster.clearDepth()
    raster.draw(mesh.corners, mesh.mouth, screen: screen, mode: .front) { sample, _, _, _ in
      window[sample]
    }
  }

  /// Linear light of every pixel.
  private func light(_ shader: FaceShader, _ camera: FaceCamera) -> [SIMD3<Float>] {
    let samples = FaceRenderer.supersampling
    let view = raster.view
    let share = 1 / Float(samples * samples)
    var result: [SIMD3<Float>] = []
    result.reserveCapacity(size * size)
    for y in 0..<size {
      for x in 0..<size {
        var sum = SIMD3<Float>()
        var backdrop: SIMD3<Float>?
        for dy in 0..<samples {
          for dx in 0..<samples {
            let sample = (y * samples + dy) * view.side + x * samples + dx
            let triangle = Int(view.triangle[sample])
            if triangle >= 0 {
              sum += shader.colour(
                triangle: triangle, second: view.second[sample], third: view.third[sample])
            } else {
              let behind = backdrop ?? camera.backdrop(x, y)
              backdrop = behind
              sum += behind
            }
          }
        }
        result.append(sum * share)
      }
    }
    return result
  }
}
