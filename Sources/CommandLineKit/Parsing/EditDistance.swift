/// Damerau–Levenshtein distance (optimal string alignment): the least number of insertions,
/// deletions, substitutions and swaps of neighbours that turn one word into the other.
///
/// O(|a|·|b|) time, three rows of memory.
func editDistance(_ first: String, _ second: String) -> Int {
  let a = Array(first.lowercased())
  let b = Array(second.lowercased())
  var beforeLast = [Int](repeating: 0, count: b.count + 1)
  var last = Array(0...b.count)
  for i in 0..<a.count {
    var row = [i + 1]
    row.reserveCapacity(b.count + 1)
    for j in 0..<b.count {
      var best = min(last[j + 1] + 1, row[j] + 1, last[j] + (a[i] == b[j] ? 0 : 1))
      if i > 0, j > 0, a[i] == b[j - 1], a[i - 1] == b[j] {
        best = min(best, beforeLast[j - 1] + 1)
      }
      row.append(best)
    }
    beforeLast = last
    last = row
  }
  return last[b.count]
}

/// The candidate that a mistyped word most likely means; nil when none is near.
///
/// Near is one edit for every three letters, or being the beginning of a candidate.
func nearest(to word: String, in candidates: [String]) -> String? {
  let limit = max(1, word.count / 3)
  let scored = candidates.map { (candidate: $0, distance: editDistance(word, $0)) }
  if let best = scored.min(by: { $0.distance < $1.distance }), best.distance <= limit {
    return best.candidate
  }
  guard word.count >= 2 else { return nil }
  return candidates.first { $0.hasPrefix(word.lowercased()) }
}
