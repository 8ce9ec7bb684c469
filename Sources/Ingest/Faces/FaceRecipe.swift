internal import Compute

/// What an expression is made of: action units with how often and how strongly they show.
///
/// Source: the EMFACS prototypes (Ekman & Friesen), and for pain Prkachin & Solomon (2008).
struct FaceRecipe: Sendable {
  /// The expressions that can be drawn.
  enum Expression: String, CaseIterable, Sendable {
    // The eight emotions in AffectNet's order come first.
    case neutral, happiness, sadness, surprise, fear, disgust, anger, contempt
    case pain

    /// The eight emotions in AffectNet's order.
    static let emotions: [Expression] = Array(allCases.dropLast())
  }

  /// An action unit's part in an expression.
  struct Part {
    let unit: ActionUnit
    /// How often it shows.
    let chance: Double
    /// How strongly, relative to the whole expression.
    let weight: Double
  }

  /// The parts of an expression.
  static func parts(of expression: Expression) -> [Part] {
    switch expression {
    case .neutral, .contempt: []
    case .happiness:
      [
        Part(unit: .lipCornerPuller, chance: 1, weight: 1),
        Part(unit: .cheekRaiser, chance: 0.8, weight: 0.9),
        Part(unit: .lipsPart, chance: 0.55, weight: 0.75),
        Part(unit: .jawDrop, chance: 0.1, weight: 0.5),
      ]
    case .sadness:
      [
        Part(unit: .innerBrowRaiser, chance: 0.92, weight: 0.95),
        Part(unit: .browLowerer, chance: 0.7, weight: 0.7),
        Part(unit: .lipCornerDepressor, chance: 0.9, weight: 1),
        Part(unit: .chinRaiser, chance: 0.5, weight: 0.7),
        Part(unit: .lipsPart, chance: 0.08, weight: 0.4),
      ]
    case .surprise:
      [
        Part(unit: .innerBrowRaiser, chance: 0.95, weight: 1),
        Part(unit: .outerBrowRaiser, chance: 0.95, weight: 1),
        Part(unit: .upperLidRaiser, chance: 0.8, weight: 0.85),
        Part(unit: .jawDrop, chance: 0.8, weight: 0.95),
      ]
    case .fear:
      [
        Part(unit: .innerBrowRaiser, chance: 0.92, weight: 0.9),
        Part(unit: .outerBrowRaiser, chance: 0.8, weight: 0.75),
        Part(unit: .browLowerer, chance: 0.8, weight: 0.75),
        Part(unit: .upperLidRaiser, chance: 0.9, weight: 1),
        Part(unit: .lidTightener, chance: 0.25, weight: 0.4),
        Part(unit: .lipStretcher, chance: 0.8, weight: 1),
        Part(unit: .lipsPart, chance: 0.6, weight: 0.7),
        Part(unit: .jawDrop, chance: 0.35, weight: 0.5),
      ]
    case .disgust:
      [
        Part(unit: .noseWrinkler, chance: 0.9, weight: 1),
        Part(unit: .upperLipRaiser, chance: 0.65, weight: 0.85),
        Part(unit: .lipCornerDepressor, chance: 0.45, weight: 0.5),
        Part(unit: .lowerLipDepressor, chance: 0.35, weight: 0.6),
        Part(unit: .browLowerer, chance: 0.3, weight: 0.5),
        Part(unit: .chinRaiser, chance: 0.25, weight: 0.5),
        Part(unit: .lipsPart, chance: 0.35, weight: 0.6),
      ]
    case .anger:
      [
        Part(unit: .browLowerer, chance: 1, weight: 1),
        Part(unit: .upperLidRaiser, chance: 0.6, weight: 0.7),
        Part(unit: .lidTightener, chance: 0.8, weight: 0.8),
        Part(unit: .lipTightener, chance: 0.7, weight: 0.95),
        Part(unit: .lipPressor, chance: 0.5, weight: 0.8),
        Part(unit: .chinRaiser, chance: 0.2, weight: 0.5),
      ]
    case .pain:
      [
        Part(unit: .browLowerer, chance: 0.92, weight: 0.95),
        Part(unit: .cheekRaiser, chance: 0.75, weight: 0.9),
        Part(unit: .lidTightener, chance: 0.7, weight: 0.85),
        Part(unit: .noseWrinkler, chance: 0.6, weight: 0.8),
        Part(unit: .upperLipRaiser, chance: 0.6, weight: 0.75),
        Part(unit: .eyesClosed, chance: 0.55, weight: 1),
        Part(unit: .lipsPart, chance: 0.55, weight: 0.75),
        Part(unit: .jawDrop, chance: 0.2, weight: 0.55),
        Part(unit: .lipCornerPuller, chance: 0.25, weight: 0.45),
        Part(unit: .lipStretcher, chance: 0.25, weight: 0.6),
      ]
    }
  }

  /// How often an action unit shows that is no part of the expression.
  private static let strayChance = 0.02

  /// Draws a face that shows an expression.
  ///
  /// Intensities are multiples of 0.1.
  static func draw(_ expression: Expression, random: inout RandomStream) -> FaceExpression {
    let whole = random.uniform(0.65, 1)
    var face = FaceExpression()
    let own = parts(of: expression)
    for part in own where random.chance(part.chance) {
      let much = 5 * whole * part.weight * (1 + random.normal(0, 0.14))
      face.strengths[part.unit] = AUStrength(graded(much))
    }
    complete(expression, whole: whole, &face, random: &random)
    for unit in ActionUnit.allCases where !own.contains(where: { $0.unit == unit }) {
      let strays = random.chance(strayChance)
      let much = graded(random.uniform(0.5, 1.8))
      if strays, face.strengths[unit] == nil { face.strengths[unit] = AUStrength(much) }
    }
    settle(&face)
    return face
  }

  /// Puts in what an expression cannot do without.
  private static func complete(
    _ expression: Expression, whole: Double, _ face: inout FaceExpression,
    random: inout RandomStream
  ) {
    let much = graded(5 * whole * random.uniform(0.85, 1.1))
    let shown = Set(face.strengths.keys)
    let has = { (units: [ActionUnit]) in !shown.isDisjoint(with: units) }
    switch expression {
    case .neutral, .happiness, .surprise: break
    case .sadness:
      if !has([.innerBrowRaiser, .lipCornerDepressor]) {
        face.strengths[.lipCornerDepressor] = AUStrength(much)
      }
    case .fear:
      if !has([.lipStretcher, .upperLidRaiser]) {
        face.strengths[.upperLidRaiser] = AUStrength(much)
      }
    case .disgust:
      if !has([.noseWrinkler, .upperLipRaiser]) {
        face.strengths[.noseWrinkler] = AUStrength(much)
      }
    case .anger:
      if !has([.lipTightener, .lipPressor, .lidTightener]) {
        face.strengths[.lidTightener] = AUStrength(much)
      }
    case .contempt:
      let left = random.chance(0.5)
      let side = { (much: Double) in
        left ? AUStrength(left: much, right: 0) : AUStrength(left: 0, right: much)
      }
      let dimple = random.chance(0.85)
      if dimple { face.strengths[.dimpler] = side(much) }
      if random.chance(dimple ? 0.6 : 1) { face.strengths[.lipCornerPuller] = side(much) }
    case .pain:
      if !has([.cheekRaiser, .lidTightener]) { face.strengths[.cheekRaiser] = AUStrength(much) }
      if !has([.noseWrinkler, .upperLipRaiser]), random.chance(0.7) {
        face.strengths[.upperLipRaiser] = AUStrength(much)
      }
      if !has([.browLowerer, .noseWrinkler, .upperLipRaiser, .eyesClosed]) {
        face.strengths[.browLowerer] = AUStrength(much)
      }
    }
  }

  /// Takes out what cannot show together, and parts the lips of a dropped jaw.
  private static func settle(_ face: inout FaceExpression) {
    if face.strengths[.eyesClosed] != nil {
      // Eyes are closed or they are not.
      face.strengths[.eyesClosed] = AUStrength(5)
      face.strengths[.upperLidRaiser] = nil
    }
    if let drop = face.strengths[.jawDrop], face.strengths[.lipsPart] == nil {
      face.strengths[.lipsPart] = AUStrength(graded(drop.intensity * 0.7))
    }
    if face.strengths[.lipsPart] != nil { face.strengths[.lipPressor] = nil }
  }

  /// An intensity in 0.3…5, to one decimal.
  private static func graded(_ intensity: Double) -> Double {
    (min(max(intensity, 0.3), 5) * 10).rounded() / 10
  }
}
