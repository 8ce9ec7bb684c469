internal import Compute
import Foundation

/// A person: the shape of the head and what it looks like.
///
/// The same in all of the person's pictures.
struct FaceIdentity: Sendable {
  /// Labels of coarse groups.
  enum Sex: String, Sendable { case female, male }
  enum AgeGroup: String, Sendable { case young, middle, old }
  enum SkinGroup: String, Sendable { case light, medium, dark }

  let sex: Sex
  /// 0 at 20 years, 1 at about 75.
  let age: Float
  /// 0 the lightest skin, 1 the darkest.
  let tone: Float
  /// The vertices of the face at rest, eyes in the place that they have in the pack.
  let vertices: [SIMD3<Float>]
  /// Skin colour of each vertex, linear light.
  let colours: [SIMD3<Float>]
  let hair: FaceHairStyle
  let hairMesh: FaceHairMesh
  /// Linear light.
  let hairColour: SIMD3<Float>
  let browColour: SIMD3<Float>
  let lipColour: SIMD3<Float>
  let irisColour: SIMD3<Float>
  /// Half the thickness of the brows in rest units, and how dense they are.
  let browThickness: Float
  let browDensity: Float
  /// How dense beard and moustache are, 0…1, and how long the beard is shaved: 0 stubble, 1 full.
  let beard: Float
  let moustache: Float
  /// How deep each group of creases is at rest.
  let restCreases: [Float]
  /// Strength of freckles, 0…1.
  let freckles: Float
  /// How much the skin shines.
  let gloss: Float
  /// Shifts the noise, so that no two skins are alike.
  let noiseShift: Float

  var ageGroup: AgeGroup { age < 0.33 ? .young : age < 0.66 ? .middle : .old }
  var skinGroup: SkinGroup { tone < 0.38 ? .light : tone < 0.68 ? .medium : .dark }

  /// Draws the person of a number.
  ///
  /// - Throws: `FacePackError` if the pack lacks a target.
  init(head: FaceHead, noise: FaceNoise, seed: UInt64, person: UInt64) throws {
    var random = RandomStream(seed: seed, RandomStream.key("faces.identity"), person)
    // Dirichlet(½, ½, ½) by squares of normals.
    let shares = (0..<3).map { _ in pow(random.normal(), 2) + 1e-3 }
    let total = shares.reduce(0, +)
    let ancestry = shares.map { Float($0 / total) }
    let female = random.chance(0.5)
    sex = female ? .female : .male
    age = Float(pow(random.uniform(), 1.5))
    noiseShift = Float(random.uniform(0, 200))
    let lean = Float(ancestry[0] * 0.95 + ancestry[1] * 0.38 + ancestry[2] * 0.12)
    tone = min(max(lean + Float(random.normal(0, 0.10)), 0.02), 0.98)

    let vertices = try FaceShape(head: head).draw(
      ancestry: ancestry, female: female, age: age, random: &random)
    self.vertices = vertices
    gloss = Float(random.uniform(0.5, 1.25)) * (1 - 0.35 * tone)
    freckles = tone < 0.35 && random.chance(0.3) ? Float(random.uniform(0.3, 1)) : 0

    let skin = FaceSkin.colour(tone: tone, warmth: Float(random.normal(0, 1)))
    lipColour = FaceSkin.lips(on: skin, painted: female ? Float(random.uniform(0, 0.9)) : 0.05)
    let beardDraw = random.uniform()
    let beards: (Float, Float) =
      female
      ? (0, 0)
      : beardDraw < 0.42
        ? (0.05, 0.05)
        : beardDraw < 0.68
          ? (0.42, 0.42)
          : beardDraw < 0.80 ? (0.1, 0.85) : beardDraw < 0.95 ? (0.85, 0.85) : (0.15, 0.15)
    beard = beards.0
    moustache = beards.1
    let hairs = FaceSkin.hair(tone: tone, age: age, random: &random)
    hairColour = hairs.hair
    browColour = hairs.brows
    irisColour = FaceSkin.iris(tone: tone, random: &random)
    browThickness = Float(female ? random.uniform(0.019, 0.03) : random.uniform(0.026, 0.040))
    browDensity = Float(random.uniform(0.72, 1)) * (1 - 0.2 * max(0, age - 0.6))
    colours = FaceSkin.vertexColours(
      head: head, skin: skin, tone: tone, age: age, noise: noise, shift: noiseShift,
      lashes: female ? 1 : 0.7)
    hair = FaceHairStyle.draw(female: female, age: age, tone: tone, random: &random)
    hairMesh = FaceHairMesh(
      hair, on: vertices, scalp: head.scalp, noise: noise, seed: noiseShift)
    let years = age
    restCreases = FaceAtlas.Crease.allCases.map { crease in
      let depth: Float =
        switch crease {
        case .nasolabial: 0.35
        case .foreheadMiddle, .foreheadSides: 0.3
        case .crowsFeet: 0.35
        case .underEye: 0.4
        case .marionette: 0.3
        case .glabella: 0.2
        case .lipLines: 0.15
        case .noseRoot, .nostrilFold, .chin, .dimple, .cheekLines: 0.05
        }
      return 0.8 * depth * max(0, years - 0.15) * Float(random.uniform(0.5, 1.2))
    }
  }
}
