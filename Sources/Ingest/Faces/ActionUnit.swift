/// The facial action units that the built-in faces show.
///
/// Source of the numbering: Ekman, Friesen & Hager, *Facial Action Coding System* (2002).
enum ActionUnit: Int, CaseIterable, Sendable {
  case innerBrowRaiser = 1
  case outerBrowRaiser = 2
  case browLowerer = 4
  case upperLidRaiser = 5
  case cheekRaiser = 6
  case lidTightener = 7
  case noseWrinkler = 9
  case upperLipRaiser = 10
  case lipCornerPuller = 12
  case dimpler = 14
  case lipCornerDepressor = 15
  case lowerLipDepressor = 16
  case chinRaiser = 17
  case lipStretcher = 20
  case lipTightener = 23
  case lipPressor = 24
  case lipsPart = 25
  case jawDrop = 26
  case eyesClosed = 43

  /// The number in the Facial Action Coding System.
  var number: Int { rawValue }

  /// A face unit's share in an action unit at full intensity.
  struct Share {
    /// The face unit; a `*` stands for `Left` and `Right`.
    let unit: String
    /// How much of it.
    let weight: Float
    /// Where it counts.
    var region = Region.everywhere
  }

  /// A part of the face that a share is confined to.
  enum Region {
    case everywhere
    /// The lips and the skin close to them, without teeth and jaw.
    case lips
  }

  /// What the action unit at full intensity (5) is made of.
  ///
  /// The units are those of common face tracking; where two action units would share one, they are
  /// told apart: 16 pulls the lower lip down, 25 parts both lips at rest; 23 rolls the lips in and
  /// narrows the mouth, 24 presses them together.
  var shares: [Share] {
    switch self {
    case .innerBrowRaiser: [Share(unit: "browInnerUp", weight: 1.5)]
    case .outerBrowRaiser: [Share(unit: "browOuterUp*", weight: 1.35)]
    case .browLowerer: [Share(unit: "browDown*", weight: 1.35)]
    case .upperLidRaiser: [Share(unit: "eyeWide*", weight: 1.8)]
    case .cheekRaiser:
      [Share(unit: "cheekSquint*", weight: 1.4), Share(unit: "eyeSquint*", weight: 0.5)]
    case .lidTightener: [Share(unit: "eyeSquint*", weight: 1.7)]
    case .noseWrinkler: [Share(unit: "noseSneer*", weight: 2.0)]
    case .upperLipRaiser: [Share(unit: "mouthUpperUp*", weight: 1.8)]
    case .lipCornerPuller: [Share(unit: "mouthSmile*", weight: 0.95)]
    case .dimpler: [Share(unit: "mouthDimple*", weight: 1.2)]
    case .lipCornerDepressor: [Share(unit: "mouthFrown*", weight: 1.5)]
    case .lowerLipDepressor: [Share(unit: "mouthLowerDown*", weight: 1.6)]
    case .chinRaiser:
      [Share(unit: "mouthShrugLower", weight: 1.3), Share(unit: "mouthShrugUpper", weight: 0.25)]
    case .lipStretcher: [Share(unit: "mouthStretch*", weight: 1.5)]
    case .lipTightener:
      [
        Share(unit: "mouthRollLower", weight: 0.45), Share(unit: "mouthRollUpper", weight: 0.45),
        Share(unit: "mouthPucker", weight: 0.25),
      ]
    case .lipPressor: [Share(unit: "mouthPress*", weight: 1.2)]
    case .lipsPart:
      [
        Share(unit: "jawOpen", weight: 0.2, region: .lips),
        Share(unit: "mouthUpperUp*", weight: 0.35, region: .lips),
      ]
    case .jawDrop: [Share(unit: "jawOpen", weight: 0.6)]
    case .eyesClosed: [Share(unit: "eyeBlink*", weight: 1.0)]
    }
  }

  /// Whether contempt may show it on one side only.
  var mayBeOneSided: Bool { self == .lipCornerPuller || self == .dimpler }
}

/// How strongly an action unit shows on either side of the face, 0…5.
struct AUStrength: Sendable, Equatable {
  /// On the person's left.
  var left: Double
  /// On the person's right.
  var right: Double

  /// Both sides alike.
  init(_ both: Double) {
    left = both
    right = both
  }

  /// Each side by itself.
  init(left: Double, right: Double) {
    self.left = left
    self.right = right
  }

  /// The coded intensity: the stronger side.
  var intensity: Double { max(left, right) }
}
