import Query

/// What silencing the channels of one action unit did.
struct AblationOutcome {
  let au: Int
  /// How many channels were silenced.
  let channels: Int
  let changes: [ConceptChange]
  let associations: UnitAssociations

  /// 1 for the largest drop of set IoU, absolute or as a share of what it was.
  ///
  /// - Parameters:
  ///   - others: The action units that it is compared with.
  ///   - isRelative: Whether drops are shares of what was there.
  /// - Returns: Its rank; nil if its drop is undefined.
  func rank(among others: [Int], isRelative: Bool = false) -> Int? {
    let drop = { (au: Int) -> Double? in
      guard let change = changes.of(au, "set_iou"), let delta = change.delta,
        let before = change.before, before > 0
      else { return nil }
      return isRelative ? -delta / before : -delta
    }
    guard let own = drop(au) else { return nil }
    return 1 + others.count { $0 != au && (drop($0) ?? -.infinity) > own }
  }

  /// The action units that have nothing to do with it.
  var unrelated: [Int] {
    associations.units.filter { $0 != au && associations.areUnrelated(au, $0) }
  }

  /// Whether the layer found more than the action unit's place before.
  var wasFound: Bool { changes.of(au, "set_iou")?.found == "concept" }

  func verdict(_ au: Int) -> String? { changes.of(au, "presence_auc")?.verdict }

  var row: ResultRow {
    let flagged = unrelated.filter { verdict($0) == "forgotten" }
    let (overlap, presence) = (changes.of(au, "set_iou"), changes.of(au, "presence_auc"))
    var row = ResultRow()
    row.add("silent", .text("AU\(au)"))
    row.add("channels", Cell(channels))
    row.add("found", Cell(overlap?.found))
    row.add("set_iou_before", overlap?.before)
    row.add("delta_set_iou", overlap?.delta)
    row.add("delta_set_iou_lo", overlap?.low)
    row.add("delta_set_iou_hi", overlap?.high)
    row.add("auc_before", presence?.before)
    row.add("delta_auc", presence?.delta)
    for (column, rank) in [
      ("rank", rank(among: associations.units)),
      ("rank_relative", rank(among: associations.units, isRelative: true)),
      ("rank_unrelated", rank(among: unrelated)),
    ] {
      row.add(column, rank.map { Cell($0) } ?? .null)
    }
    row.add("verdict", Cell(verdict(au)))
    row.add("unrelated", Cell(unrelated.count))
    row.add("unrelated_forgotten", Cell(flagged.count))
    let names = flagged.map { "AU\($0)" }.joined(separator: " ")
    row.add("which", Cell(flagged.isEmpty ? nil : names))
    return row
  }
}
