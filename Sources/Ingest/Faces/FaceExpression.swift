/// The action units that a face shows, and how strongly.
struct FaceExpression: Sendable, Equatable {
  /// Strengths by action unit; absent ones are left out.
  var strengths: [ActionUnit: AUStrength] = [:]

  /// A face that shows nothing.
  init() {}

  /// A face that shows action units on both sides alike.
  init(_ strengths: [ActionUnit: Double]) {
    self.strengths = strengths.filter { $0.value > 0 }.mapValues { AUStrength($0) }
  }

  /// The coded intensity of an action unit, 0…5.
  subscript(unit: ActionUnit) -> Double { strengths[unit]?.intensity ?? 0 }

  /// The action units that show, in the order of their numbers.
  var ordered: [(ActionUnit, AUStrength)] {
    strengths.filter { $0.value.intensity > 0 }.sorted { $0.key.number < $1.key.number }
      .map { ($0.key, $0.value) }
  }

  /// Pain on the scale of Prkachin & Solomon (2008), 0…16:
  /// AU4 + max(AU6, AU7) + max(AU9, AU10) + AU43, where AU43 counts 0 or 1.
  var pspi: Double {
    self[.browLowerer] + max(self[.cheekRaiser], self[.lidTightener])
      + max(self[.noseWrinkler], self[.upperLipRaiser]) + (self[.eyesClosed] > 0 ? 1 : 0)
  }
}
