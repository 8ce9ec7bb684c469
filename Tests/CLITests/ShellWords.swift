/// The words of the lethe command in a line of shell, as far as examples use it: quotes, pipes and
/// redirections.
func letheWords(of line: String) -> [String]? {
  var words: [String] = []
  var word: String?
  var quote: Character?
  for character in line + " " {
    if let open = quote {
      if character == open { quote = nil } else { word = (word ?? "") + String(character) }
    } else if character == "'" || character == "\"" {
      quote = character
      word = word ?? ""
    } else if character == " " || character == "(" || character == ")" {
      if let word { words.append(word) }
      word = nil
    } else {
      word = (word ?? "") + String(character)
    }
  }
  guard quote == nil, let start = words.firstIndex(of: "lethe") else { return nil }
  return Array(words[(start + 1)...].prefix { !["|", ">", "&&"].contains($0) })
}
