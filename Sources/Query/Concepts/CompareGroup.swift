/// What an action unit has to do with pain and with emotion.
enum CompareGroup: String, CaseIterable {
  /// In the pain score alone.
  case pain
  /// In a prototype of an emotion alone.
  case emotion
  /// In both.
  case both
  /// In neither.
  case other

  /// The action units of PSPI (Prkachin & Solomon 2008).
  static let painUnits: Set<Int> = [4, 6, 7, 9, 10, 43]

  /// The action units of the emotions' prototypes (EMFACS), with those that may be added:
  /// happiness 6+12 (25), sadness 1+4+15 (17), surprise 1+2+5+26, fear 1+2+4+5+20 (26),
  /// disgust 9+15 (16, 25, 10), anger 4+5+7+23 (24), contempt 12 or 14.
  static let emotionUnits: Set<Int> = [
    1, 2, 4, 5, 6, 7, 9, 10, 12, 14, 15, 16, 17, 20, 23, 24, 25, 26,
  ]

  init(_ au: Int) {
    self =
      switch (CompareGroup.painUnits.contains(au), CompareGroup.emotionUnits.contains(au)) {
      case (true, true): .both
      case (true, false): .pain
      case (false, true): .emotion
      case (false, false): .other
      }
  }

  /// Whether the contrast counts it among the action units of pain (true), among those of emotion
  /// alone (false) or not at all.
  var isOfPain: Bool? {
    switch self {
    case .pain, .both: true
    case .emotion: false
    case .other: nil
    }
  }
}
