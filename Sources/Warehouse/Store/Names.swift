/// Names of data sets and models: they stand in file names and in comma-separated lists.
enum StoredName {
  /// Throws unless `name` is 1 to 100 of `A–Z a–z 0–9 . _ - +`, begins with a letter or digit, and
  /// is not `all`, which commands take for "every one".
  static func check(_ name: String, kind: String) throws {
    let allowed = name.utf8.allSatisfy { isLetterOrDigit($0) || "._-+".utf8.contains($0) }
    guard allowed, let first = name.utf8.first, isLetterOrDigit(first), name.utf8.count <= 100,
      name != "all"
    else {
      throw WarehouseError(
        .invalid, "\"\(name)\"", "this cannot be the name of a \(kind)",
        advice: "use up to 100 letters, digits, '.', '_', '-' or '+', a letter or digit first; "
          + "'all' is taken")
    }
  }

  private static func isLetterOrDigit(_ byte: UInt8) -> Bool {
    (48...57).contains(byte) || (65...90).contains(byte) || (97...122).contains(byte)
  }
}

/// The name that differs least from a mistyped one, if it is near enough to be meant.
func nearestName(to typed: String, among names: [String]) -> String? {
  let limit = max(1, min(typed.count, 12) / 3)
  let near = names.map { (name: $0, distance: editDistance(typed.lowercased(), $0.lowercased())) }
    .filter { $0.distance <= limit }
  return near.min { ($0.distance, $0.name) < ($1.distance, $1.name) }?.name
}

/// The fewest insertions, deletions and substitutions that turn one text into the other
/// (Levenshtein 1966), row by row.
private func editDistance(_ first: String, _ second: String) -> Int {
  let second = Array(second)
  var previous = Array(0...second.count)
  for (row, character) in first.enumerated() {
    var current = [row + 1]
    for (column, other) in second.enumerated() {
      let substituted = previous[column] + (character == other ? 0 : 1)
      current.append(min(substituted, previous[column + 1] + 1, current[column] + 1))
    }
    previous = current
  }
  return previous[second.count]
}
