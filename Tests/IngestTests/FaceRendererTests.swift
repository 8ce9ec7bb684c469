import Raster
import Testing

@testable import Ingest

@Suite("Drawing the built-in faces")
struct FaceRendererTests {
  private static let shared = Result { try FaceHead() }
  private let head: FaceHead
  private let noise = FaceNoise()

  init() throws { head = try FaceRendererTests.shared.get() }

  private func identity(_ person: UInt64) throws -> FaceIdentity {
    try FaceIdentity(head: head, noise: noise, seed: 5, person: person)
  }

  @Test("The same face is the same bytes, whatever was drawn before")
  func repeatable() throws {
    let person = try identity(3)
    let face = FaceExpression([.lipCornerPuller: 4, .lipsPart: 3])
    let first = FaceRenderer(head: head, noise: noise, size: 48)
    let second = FaceRenderer(head: head, noise: noise, size: 48)
    _ = second.render(try identity(4), FaceScene(), FaceExpression([.jawDrop: 5]))
    let a = first.render(person, FaceScene(), face)
    let b = second.render(person, FaceScene(), face)
    #expect(a.picture == b.picture)
    #expect(a.masks == b.masks)
    #expect(a.landmarks == b.landmarks)
  }

  @Test("Every action unit has pixels on a face seen from the front, and only on the head")
  func masks() throws {
    let renderer = FaceRenderer(head: head, noise: noise, size: 64)
    for number: UInt64 in 0..<4 {
      let person = try identity(number)
      let image = renderer.render(person, FaceScene(), FaceExpression())
      // Where the background shows through, a picture before another background differs.
      var scene = FaceScene()
      scene.backdrop = scene.backdrop.map { $0 * 3 }
      let other = renderer.render(person, scene, FaceExpression())
      let shows = (0..<64 * 64).map { pixel in
        let difference = (0..<3).map {
          abs(Int(image.picture.pixels[pixel * 3 + $0]) - Int(other.picture.pixels[pixel * 3 + $0]))
        }
        return (difference.max() ?? 0) > 60
      }
      // A pixel of the outline is shared; one whose neighbours are background too is not.
      let changed = (65..<64 * 63 - 1).filter { pixel in
        [0, -1, 1, -64, 64].allSatisfy { shows[pixel + $0] }
      }
      #expect(changed.count > 80)
      for unit in ActionUnit.allCases {
        let mask = try #require(image.masks[unit])
        #expect(mask.count >= 6, "AU\(unit.number) of person \(number)")
        #expect(mask.count < 64 * 64 / 3)
        #expect(changed.allSatisfy { !mask.bits[$0] }, "AU\(unit.number) of person \(number)")
      }
    }
  }

  @Test("Masks lie where the action units act")
  func places() throws {
    let renderer = FaceRenderer(head: head, noise: noise, size: 96)
    let image = renderer.render(try identity(2), FaceScene(), FaceExpression())
    let eyes = image.landmarks[36...47].map(\.y).reduce(0, +) / 12
    let mouth = image.landmarks[48...59].map(\.y).reduce(0, +) / 12
    let middle = { (unit: ActionUnit) -> Float in
      let mask = image.masks[unit] ?? BitMask(width: 96, height: 96)
      let rows = mask.bits.indices.filter { mask.bits[$0] }.map { Float($0 / 96) }
      return rows.reduce(0, +) / Float(max(rows.count, 1))
    }
    for unit in [ActionUnit.innerBrowRaiser, .outerBrowRaiser, .browLowerer] {
      #expect(middle(unit) < eyes)
    }
    for unit in [ActionUnit.upperLidRaiser, .eyesClosed] {
      #expect(abs(middle(unit) - eyes) < 8)
    }
    for unit in [ActionUnit.lipCornerPuller, .lipTightener, .lipPressor, .lipsPart, .chinRaiser] {
      #expect(abs(middle(unit) - mouth) < 15)
    }
    #expect(image.masks[.lowerLipDepressor] != image.masks[.lipsPart])
    #expect(image.masks[.lipTightener] != image.masks[.lipPressor])
  }

  @Test("A one-sided smile has its mask on that side")
  func oneSided() throws {
    let renderer = FaceRenderer(head: head, noise: noise, size: 64)
    var face = FaceExpression()
    face.strengths[.lipCornerPuller] = AUStrength(left: 4, right: 0)
    let image = renderer.render(try identity(2), FaceScene(), face)
    let mask = try #require(image.masks[.lipCornerPuller])
    let middle = Int(image.landmarks[30].x)
    let columns = mask.bits.indices.filter { mask.bits[$0] }.map { $0 % 64 }
    // The person's left is on the right of the picture.
    #expect(columns.filter { $0 < middle - 2 }.count * 10 < columns.count)
    #expect(columns.count > 20)
  }

  @Test(
    "An action unit changes the picture mostly where its mask is", arguments: ActionUnit.allCases)
  func change(unit: ActionUnit) throws {
    let renderer = FaceRenderer(head: head, noise: noise, size: 64)
    let person = try identity(6)
    let off = renderer.render(person, FaceScene(), FaceExpression())
    let on = renderer.render(person, FaceScene(), FaceExpression([unit: 5]))
    var near = try #require(off.masks[unit])
    let moved = try #require(on.masks[unit])
    for pixel in near.bits.indices where moved.bits[pixel] { near.bits[pixel] = true }
    var inside = 0
    var total = 0
    for pixel in near.bits.indices {
      let difference = (0..<3).map {
        abs(Int(off.picture.pixels[pixel * 3 + $0]) - Int(on.picture.pixels[pixel * 3 + $0]))
      }.reduce(0, +)
      total += difference
      let (x, y) = (pixel % 64, pixel / 64)
      let close = (max(0, y - 6)...min(63, y + 6)).contains { row in
        (max(0, x - 6)...min(63, x + 6)).contains { near[$0, row] }
      }
      if close { inside += difference }
    }
    #expect(total > 300)
    #expect(Double(inside) > 0.75 * Double(total), "\(inside) of \(total)")
  }

  @Test("Landmarks lie in the picture, the longest chins at its edge, in their order")
  func landmarks() throws {
    let renderer = FaceRenderer(head: head, noise: noise, size: 64)
    for number: UInt64 in 0..<6 {
      let points = renderer.render(try identity(number), FaceScene(), FaceExpression()).landmarks
      #expect(points.count == 68)
      #expect(points.allSatisfy { $0.x > 0 && $0.x < 64 && $0.y > 0 && $0.y < 68 })
      #expect(points[0].x < points[36].x && points[36].x < points[45].x)
      #expect(points[45].x < points[16].x)
      #expect(points[19].y < points[41].y && points[41].y < points[33].y)
      #expect(points[33].y < points[57].y && points[57].y < points[8].y)
    }
  }

  @Test("People differ, and their groups are what they look like")
  func people() throws {
    let many = try (0..<40).map { try identity($0) }
    #expect(Set(many.map(\.sex.rawValue)).count == 2)
    #expect(Set(many.map(\.ageGroup.rawValue)).count == 3)
    #expect(Set(many.map(\.skinGroup.rawValue)).count == 3)
    let brightness = { (person: FaceIdentity) in
      person.colours.map { $0.sum() }.reduce(0, +) / Float(person.colours.count)
    }
    let light = many.filter { $0.skinGroup == .light }.map(brightness)
    let dark = many.filter { $0.skinGroup == .dark }.map(brightness)
    #expect((light.min() ?? 0) > (dark.max() ?? 9))
    #expect(many.filter { $0.hair.shell }.count > 25)
  }
}
