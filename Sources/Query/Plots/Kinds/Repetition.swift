/// Repetitions of a ladder, which are named NAME.s2, NAME.s3 and so on.
enum Repetition {
  /// `.s2` of `emotion.s2`; empty for the first.
  static func suffix(of name: String) -> String {
    guard let dot = name.lastIndex(of: ".") else { return "" }
    let end = name[name.index(after: dot)...]
    return end.hasPrefix("s") && Int(end.dropFirst()) != nil ? String(name[dot...]) : ""
  }
}
