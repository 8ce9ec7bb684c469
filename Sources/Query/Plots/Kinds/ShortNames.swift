/// Names without what all of them begin with, for the labels of an axis.
struct ShortNames: Equatable {
  /// What all names begin with, up to a hyphen; empty if they have nothing in common.
  let common: String
  /// The names without it.
  let names: [String]

  init(_ full: [String]) {
    var parts = full.first.map { $0.split(separator: "-", omittingEmptySubsequences: false) } ?? []
    if full.count > 1 { parts = parts.dropLast() }
    if full.count < 2 { parts = [] }
    while !parts.isEmpty {
      let prefix = parts.joined(separator: "-") + "-"
      if full.allSatisfy({ $0.hasPrefix(prefix) && $0.count > prefix.count }) { break }
      parts.removeLast()
    }
    common = parts.isEmpty ? "" : parts.joined(separator: "-") + "-"
    let length = common.count
    names = full.map { String($0.dropFirst(length)) }
  }
}
