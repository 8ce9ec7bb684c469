internal import Compute

/// Minimal pairs of pictures that differ in one action unit.
struct FacePairs: Sendable {
  let unit: ActionUnit

  /// The pictures of a person, pair by pair, first the one without the action unit.
  func draw(_ options: FaceSetOptions, person: Int) -> [FaceSample] {
    (0..<options.perPerson).flatMap { pair -> [FaceSample] in
      var random = RandomStream(
        seed: options.seed, RandomStream.key("faces.pair"),
        FaceSample.identityNumber(options.set, person), UInt64(unit.number), UInt64(pair))
      let label: String
      let expression: FaceRecipe.Expression
      switch options.set {
      case .emotion:
        let emotions = FaceRecipe.Expression.emotions
        expression = emotions[random.below(emotions.count)]
        label = expression.rawValue
      case .pain:
        expression = random.chance(0.5) ? .pain : .neutral
        label = expression == .pain ? "pain" : "no_pain"
      }
      let off = without(FaceRecipe.draw(expression, random: &random))
      var on = off
      on.strengths[unit] = AUStrength((random.uniform(20, 50)).rounded() / 10)
      if unit == .eyesClosed { on.strengths[unit] = AUStrength(5) }
      let scene = FaceScene(random: &random)
      return [off, on].enumerated().map { offset, face in
        FaceSample(
          set: options.set, person: person, index: pair * 2 + offset, label: label, face: face,
          scene: scene)
      }
    }
  }

  /// The face without the action unit and without what cannot go along with it.
  private func without(_ face: FaceExpression) -> FaceExpression {
    var face = face
    face.strengths[unit] = nil
    switch unit {
    case .upperLidRaiser: face.strengths[.eyesClosed] = nil
    case .eyesClosed: face.strengths[.upperLidRaiser] = nil
    case .lipPressor:
      face.strengths[.lipsPart] = nil
      face.strengths[.jawDrop] = nil
    case .lipsPart:
      face.strengths[.lipPressor] = nil
      face.strengths[.jawDrop] = nil
    case .jawDrop:
      // A dropped jaw parts the lips: so they are parted in both pictures.
      face.strengths[.lipPressor] = nil
      face.strengths[.lipsPart] = AUStrength(2)
    default: break
    }
    return face
  }
}
