/// Notes as sentences of a caption.
enum Sentence {
  /// The text with a capital letter and a full stop.
  static func of(_ note: String) -> String {
    let text = note.prefix(1).uppercased() + note.dropFirst()
    return text.isEmpty || text.hasSuffix(".") ? text : text + "."
  }
}
