/// Text as HTML shows it.
enum HTML {
  /// Text with the characters replaced that HTML reads as markup, for content and quoted attributes.
  static func escaped(_ text: String) -> String {
    var out = ""
    out.reserveCapacity(text.utf8.count)
    for scalar in text.unicodeScalars {
      switch scalar {
      case "&": out += "&amp;"
      case "<": out += "&lt;"
      case ">": out += "&gt;"
      case "\"": out += "&quot;"
      case "'": out += "&#39;"
      // What HTML does not allow even as a reference.
      case "\u{0}"..."\u{8}", "\u{b}", "\u{c}", "\u{e}"..."\u{1f}", "\u{7f}": out += "\u{fffd}"
      default: out.unicodeScalars.append(scalar)
      }
    }
    return out
  }

  /// A sentence whose numbers are not torn from what belongs to them at the end of a line.
  static func sentence(_ text: String) -> String {
    escaped(text).replacing("p = ", with: "p\u{a0}=\u{a0}").replacing(" %", with: "\u{a0}%")
  }

  /// JSON that can stand inside a script element.
  static func json(_ text: String) -> String { text.replacing("<", with: "\\u003c") }
}
