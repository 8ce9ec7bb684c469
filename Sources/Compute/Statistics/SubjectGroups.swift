/// Subjects sorted by what they contribute to a statistic: those of a group are interchangeable.
///
/// Where every picture is its own subject there are a few groups of very many subjects, and how
/// often each group is drawn says all about a resample.
public struct SubjectGroups: Sendable, Equatable {
  /// The group of each subject.
  public let groups: [Int32]
  /// How many subjects each group has.
  public let sizes: [Int]
  /// The first subject of each group.
  public let representatives: [Int]

  /// Groups subjects by equal contributions; groups ascend by them, in whatever order subjects come.
  ///
  /// - Parameter contributions: One a subject.
  public init<Contribution: Hashable & Comparable>(_ contributions: [Contribution]) {
    var places: [Contribution: Int32] = [:]
    var (found, sizes, representatives): ([Int32], [Int], [Int]) = ([], [], [])
    found.reserveCapacity(contributions.count)
    for (subject, contribution) in contributions.enumerated() {
      let next = Int32(sizes.count)
      let place = places[contribution] ?? next
      if place == next {
        places[contribution] = next
        sizes.append(0)
        representatives.append(subject)
      }
      sizes[Int(place)] += 1
      found.append(place)
    }
    let order = sizes.indices.sorted {
      contributions[representatives[$0]] < contributions[representatives[$1]]
    }
    var rank = [Int32](repeating: 0, count: sizes.count)
    for (place, group) in order.enumerated() { rank[group] = Int32(place) }
    groups = found.map { rank[Int($0)] }
    self.sizes = order.map { sizes[$0] }
    self.representatives = order.map { representatives[$0] }
  }

  /// How many subjects there are.
  public var subjects: Int { groups.count }
}
