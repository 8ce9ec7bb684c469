internal import Compute

/// The 2×2 tables of action units, one a true label, from samples and what is known of them.
///
/// A sample's action unit is in state 2 if it is present, 0 if it was looked for and not found, 1 if
/// it was found but not graded where a grade is asked for, which leaves it unknown. Of several
/// sources the highest state holds. Samples come first, then action units; each takes one step.
struct UnitCounts {
  /// Samples that were forgotten, and those that were retained.
  private(set) var (forgotten, retained) = (0, 0)

  /// A sample: its label and outcome in one number, and what was looked for in it.
  private struct Pick {
    let cell: Int
    let codings: Int
  }

  /// What is counted of an action unit, one a cell.
  fileprivate struct Unit {
    var present: [Int]
    /// Coded samples whose state is above 0, less those that are not coded and whose state is 0.
    var known: [Int]
    /// Cells in which it occurs in any state.
    var isSeen: [Bool]

    init(cells: Int) {
      (present, known) = ([Int](repeating: 0, count: cells), [Int](repeating: 0, count: cells))
      isSeen = [Bool](repeating: false, count: cells)
    }
  }

  private var labels: [String: Int] = [:]
  private var picks: [Int: Pick] = [:]
  /// The action units of each coding, and the sets of codings that samples have.
  private let codings: [Int: [Int]]
  private var sets: [[Int]: Int] = [:]
  private var setUnits: [Set<Int>] = []
  /// Samples of each set and cell.
  private var setCounts: [[Int]] = []
  private var units: [Int: Unit] = [:]

  /// No samples yet.
  ///
  /// - Parameter codings: The action units that each coding looked for.
  init(codings: [Int: [Int]]) { self.codings = codings }

  /// Adds a sample with the codings that were made of it.
  mutating func add(sample: Int, label: String, isForgotten: Bool, codings ids: [Int]) {
    if isForgotten { forgotten += 1 } else { retained += 1 }
    let stratum = labels[label] ?? labels.count
    labels[label] = stratum
    let cell = 2 * stratum + (isForgotten ? 0 : 1)
    let set = sets[ids] ?? setUnits.count
    if set == setUnits.count {
      sets[ids] = set
      setUnits.append(Set(ids.flatMap { codings[$0] ?? [] }))
      setCounts.append([])
    }
    while setCounts[set].count <= cell { setCounts[set].append(0) }
    setCounts[set][cell] += 1
    picks[sample] = Pick(cell: cell, codings: set)
  }

  /// Adds an action unit of a sample in its highest state; others than those added are passed over.
  mutating func add(_ au: Int, in state: Int, of sample: Int) {
    guard let pick = picks[sample] else { return }
    let isCoded = setUnits[pick.codings].contains(au)
    units[au, default: Unit(cells: 2 * labels.count)].count(pick.cell, state, isCoded: isCoded)
  }

  /// The tables of each action unit that occurs, ascending; those of an action unit by label.
  var tables: [(au: Int, strata: [CountTable])] {
    var all = units
    for (set, members) in setUnits.enumerated() {
      for au in members {
        all[au, default: Unit(cells: 2 * labels.count)].code(setCounts[set])
      }
    }
    let order = labels.sorted { $0.key.utf8.lexicographicallyPrecedes($1.key.utf8) }.map(\.value)
    return all.sorted { $0.key < $1.key }.map { au, unit in
      (au: au, strata: order.compactMap { unit.table($0) })
    }
  }
}

extension UnitCounts.Unit {
  /// Counts a sample that has the action unit in a state.
  fileprivate mutating func count(_ cell: Int, _ state: Int, isCoded: Bool) {
    isSeen[cell] = true
    if state == 2 { present[cell] += 1 }
    if isCoded && state > 0 { known[cell] += 1 }
    if !isCoded && state == 0 { known[cell] -= 1 }
  }

  /// Counts samples, one number a cell, in which it was looked for.
  fileprivate mutating func code(_ samples: [Int]) {
    for (cell, count) in samples.enumerated() where count > 0 {
      isSeen[cell] = true
      known[cell] -= count
    }
  }

  /// The table of a label; nil where the action unit does not occur.
  ///
  /// Without it are those that were looked for, or graded too low, and are in no state above 0: the
  /// negative of `known` once all codings are counted.
  fileprivate func table(_ stratum: Int) -> CountTable? {
    let (cases, controls) = (2 * stratum, 2 * stratum + 1)
    guard isSeen[cases] || isSeen[controls] else { return nil }
    return CountTable(
      casesWith: present[cases], casesWithout: -known[cases], controlsWith: present[controls],
      controlsWithout: -known[controls])
  }
}
