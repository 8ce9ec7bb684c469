internal import Compute

/// Which picture of a set: the person and its number among the person's pictures.
struct FaceSample: Sendable {
  let set: FaceSet
  /// From 0.
  let person: Int
  /// From 0.
  let index: Int
  /// The class that is labelled: an emotion, or `pain` or `no_pain`.
  let label: String
  let face: FaceExpression
  let scene: FaceScene

  /// The person's name: `e012` in an emotion set, `p012` in a pain set.
  var subject: String { FaceSample.subject(set, person) }

  /// The picture's name without ending, for example `e012_003`.
  var name: String { subject + "_" + padded(index, to: 3) }

  /// The person's name.
  static func subject(_ set: FaceSet, _ person: Int) -> String {
    (set == .emotion ? "e" : "p") + padded(person, to: 3)
  }

  /// The number that a person's looks follow from; no two sets share people.
  static func identityNumber(_ set: FaceSet, _ person: Int) -> UInt64 {
    UInt64(person) * 2 + (set == .emotion ? 0 : 1)
  }

  /// Draws the pictures of a person.
  ///
  /// Classes are balanced over a person's pictures, in an order
  /// that differs from person to person.
  static func draw(_ options: FaceSetOptions, person: Int) -> [FaceSample] {
    let number = identityNumber(options.set, person)
    var order = RandomStream(seed: options.seed, RandomStream.key("faces.order"), number)
    let expressions: [FaceRecipe.Expression]
    switch options.set {
    case .emotion:
      let turn = order.permutation(FaceRecipe.Expression.emotions.count)
      expressions = (0..<options.perPerson).map {
        FaceRecipe.Expression.emotions[turn[($0 + person) % turn.count]]
      }
    case .pain:
      let first = person % 2
      let turn = order.permutation(others.count)
      expressions = (0..<options.perPerson).map {
        ($0 + first) % 2 == 0 ? .pain : others[turn[($0 / 2 + person) % others.count]]
      }
    }
    return expressions.enumerated().map { index, expression in
      var random = RandomStream(
        seed: options.seed, RandomStream.key("faces.picture"), number, UInt64(index))
      let face = FaceRecipe.draw(expression, random: &random)
      let label =
        options.set == .emotion
        ? expression.rawValue : expression == .pain ? "pain" : "no_pain"
      return FaceSample(
        set: options.set, person: person, index: index, label: label, face: face,
        scene: FaceScene(random: &random))
    }
  }

  /// What is drawn where there is no pain, and how often: neutral faces, and above all those that
  /// share action units with pain.
  private static let others: [FaceRecipe.Expression] = [
    .neutral, .neutral, .neutral, .happiness, .happiness, .sadness, .surprise, .fear, .disgust,
    .disgust, .anger, .anger,
  ]
}

/// A number with zeros in front.
func padded(_ number: Int, to digits: Int) -> String {
  let text = String(number)
  return String(repeating: "0", count: max(0, digits - text.count)) + text
}

/// A picture that was drawn, with all that is known of it.
struct DrawnFace {
  let sample: FaceSample
  let identity: FaceIdentity
  let image: FaceImage
}
