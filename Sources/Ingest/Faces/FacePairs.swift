internal import Compute

/// Minimal pairs of pictures that differ in one action unit, which are switched in turn.
struct FacePairs: Sendable {
  let units: [ActionUnit]
  let options: FaceSetOptions

  /// Pictures of a person.
  var perPerson: Int { units.count * options.perPerson * 2 }

  /// The pictures of a person, pair by pair, first the one without the action unit.
  func draw(person: Int) -> [FaceSample] {
    units.enumerated().flatMap { number, unit in
      (0..<options.perPerson).flatMap { pair in
        draw(unit, pair, person: person, from: (number * options.perPerson + pair) * 2)
      }
    }
  }

  /// The pair's name, and 0 without the action unit or 1 with it.
  func place(of sample: FaceSample) -> (sequence: String, frame: Int) {
    let pair = sample.index / 2
    let unit = units[pair / options.perPerson].number
    let number = padded(pair % options.perPerson, to: 3)
    return ("\(sample.subject)_au\(unit)_\(number)", sample.index % 2)
  }

  /// The two pictures of a pair, the first of which has the number `index` among the person's.
  private func draw(_ unit: ActionUnit, _ pair: Int, person: Int, from index: Int) -> [FaceSample] {
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
    let off = without(unit, FaceRecipe.draw(expression, random: &random))
    var on = off
    on.strengths[unit] = AUStrength((random.uniform(20, 50)).rounded() / 10)
    if unit == .eyesClosed { on.strengths[unit] = AUStrength(5) }
    let scene = FaceScene(random: &random)
    return [off, on].enumerated().map { offset, face in
      FaceSample(
        set: options.set, person: person, index: index + offset, label: label, face: face,
        scene: scene)
    }
  }

  /// The face without the action unit and without what cannot go along with it.
  private func without(_ unit: ActionUnit, _ face: FaceExpression) -> FaceExpression {
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
