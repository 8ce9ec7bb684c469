/// How long a line of text is, without asking for an installed font.
///
/// Widths are the advances of DejaVu Sans in thousandths of the em. It is the widest of the families
/// that figures name, so that what fits by this table fits in all of them, and a layout does not
/// depend on the machine.
enum TextMeasure {
  /// The length of a line in pixels.
  static func width(_ text: String, size: Double, isBold: Bool = false) -> Double {
    let table = isBold ? bold : regular
    let sum = text.unicodeScalars.reduce(0) { sum, scalar in
      let code = Int(scalar.value)
      if (32..<127).contains(code) { return sum + table[code - 32] }
      if scalar.properties.generalCategory == .nonspacingMark { return sum }
      return sum + (symbols[scalar] ?? (code < 0x2e80 ? 840 : 1_000))
    }
    return Double(sum) * size / 1_000
  }

  /// The text in lines no longer than `width`, broken at spaces; a longer word is a line of its own.
  static func lines(_ text: String, size: Double, isBold: Bool = false, width: Double) -> [String] {
    var lines: [String] = []
    for word in text.split(separator: " ") {
      if let last = lines.last,
        TextMeasure.width("\(last) \(word)", size: size, isBold: isBold) <= width
      {
        lines[lines.count - 1] = "\(last) \(word)"
      } else {
        lines.append(String(word))
      }
    }
    return lines
  }

  /// The text, cut in its middle so that it is no longer than `width`.
  static func shortened(_ text: String, size: Double, isBold: Bool = false, width: Double) -> String
  {
    guard TextMeasure.width(text, size: size, isBold: isBold) > width else { return text }
    // The ends of names tell variants apart.
    let characters = Array(text)
    for kept in stride(from: characters.count - 1, to: 1, by: -1) {
      let head = kept / 2
      let short = String(characters[..<head]) + "…" + String(characters.suffix(kept - head))
      if TextMeasure.width(short, size: size, isBold: isBold) <= width { return short }
    }
    return "…"
  }

  /// U+0020 … U+007E.
  private static let regular = [
    318, 401, 460, 838, 636, 950, 780, 275, 390, 390, 500, 838, 318, 361, 318, 337, 636, 636, 636,
    636, 636, 636, 636, 636, 636, 636, 337, 337, 838, 838, 838, 531, 1000, 684, 686, 698, 770, 632,
    575, 775, 752, 295, 295, 656, 557, 863, 748, 787, 603, 787, 695, 635, 611, 732, 684, 989, 685,
    611, 685, 390, 337, 390, 838, 500, 500, 613, 635, 550, 635, 615, 352, 635, 634, 278, 278, 579,
    278, 974, 634, 612, 635, 635, 411, 521, 392, 634, 592, 818, 592, 592, 525, 636, 337, 636, 838,
  ]
  private static let bold = [
    348, 456, 521, 838, 696, 1002, 872, 306, 457, 457, 523, 838, 380, 415, 380, 365, 696, 696, 696,
    696, 696, 696, 696, 696, 696, 696, 400, 400, 838, 838, 838, 580, 1000, 774, 762, 734, 830, 683,
    683, 821, 837, 372, 372, 775, 637, 995, 837, 850, 733, 850, 770, 720, 682, 812, 774, 1103, 771,
    724, 725, 457, 365, 457, 838, 500, 500, 675, 716, 593, 716, 678, 435, 716, 712, 343, 343, 665,
    343, 1042, 712, 687, 716, 716, 493, 595, 478, 712, 652, 924, 645, 652, 582, 712, 365, 712, 838,
  ]
  /// Others that figures use, at their wider weight; what is not here counts as 840 (Latin, Greek,
  /// symbols) or 1,000 (East Asian).
  private static let symbols: [Unicode.Scalar: Int] = [
    "–": 500, "—": 1_000, "…": 1_000, "·": 380, "°": 500, "Δ": 774, "•": 639, "’": 380, "²": 438,
  ]
}
