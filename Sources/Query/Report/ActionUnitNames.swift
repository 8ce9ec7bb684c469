/// Names of action units, after the Facial Action Coding System (Ekman, Friesen & Hager 2002).
enum ActionUnitNames {
  private static let names: [Int: String] = [
    1: "inner brow raiser", 2: "outer brow raiser", 4: "brow lowerer", 5: "upper lid raiser",
    6: "cheek raiser", 7: "lid tightener", 9: "nose wrinkler", 10: "upper lip raiser",
    11: "nasolabial deepener", 12: "lip corner puller", 13: "sharp lip puller", 14: "dimpler",
    15: "lip corner depressor", 16: "lower lip depressor", 17: "chin raiser", 18: "lip pucker",
    20: "lip stretcher", 22: "lip funneler", 23: "lip tightener", 24: "lip pressor",
    25: "lips part", 26: "jaw drop", 27: "mouth stretch", 28: "lip suck", 41: "lid droop",
    42: "slit", 43: "eyes closed", 44: "squint", 45: "blink", 46: "wink",
  ]

  /// "AU12 lip corner puller", or the number alone.
  static func label(_ au: Int) -> String {
    names[au].map { "AU\(au) \($0)" } ?? "AU\(au)"
  }
}
