/// Names that someone may have meant.
enum NearNames {
  /// At most three of the candidates that are near the word: few edits away, or begun by it.
  static func of(_ word: String, among candidates: some Sequence<String>) -> [String] {
    let word = word.lowercased()
    let allowed = max(1, min(3, word.count / 3))
    var best: [String: Int] = [:]
    for candidate in candidates {
      let lowered = candidate.lowercased()
      guard lowered != word else {
        best[candidate] = 0
        continue
      }
      let edits = distance(Array(word), Array(lowered))
      if edits <= allowed {
        best[candidate] = edits
      } else if word.count >= 2,
        lowered.hasPrefix(word) || word.hasPrefix(lowered) && lowered.count > 2
      {
        best[candidate] = allowed + 1
      }
    }
    return best.sorted { ($0.value, $0.key) < ($1.value, $1.key) }.prefix(3).map(\.key)
  }

  /// "; did you mean a, b or c?", or nothing.
  static func question(_ word: String, among candidates: some Sequence<String>) -> String {
    let near = of(word, among: candidates)
    guard let last = near.last else { return "" }
    let list = near.count == 1 ? last : near.dropLast().joined(separator: ", ") + " or " + last
    return "; did you mean \(list)?"
  }

  /// Insertions, deletions, replacements and swaps of neighbours between two words
  /// (optimal string alignment).
  private static func distance(_ a: [Character], _ b: [Character]) -> Int {
    var before = [Int](repeating: 0, count: b.count + 1)
    var last = Array(0...b.count)
    for i in a.indices {
      var row = [i + 1]
      for j in b.indices {
        var cost = min(last[j] + (a[i] == b[j] ? 0 : 1), last[j + 1] + 1, row[j] + 1)
        if i > 0, j > 0, a[i] == b[j - 1], a[i - 1] == b[j] { cost = min(cost, before[j - 1] + 1) }
        row.append(cost)
      }
      (before, last) = (last, row)
    }
    return last[b.count]
  }
}
