internal import Compute
internal import Warehouse

/// Where an action unit is in the samples, and where the controls look instead.
struct ConceptTruth: Sendable {
  /// Samples with their masks, one a row.
  struct Part: Sendable {
    var rows: [Int]
    var masks: GridMasks
  }

  /// What a control is fitted on and evaluated on.
  struct Control: Sendable {
    let fit: Part
    let evaluated: Part
  }

  let au: Int
  /// Train samples with the action unit.
  let fit: Part
  /// Evaluated samples with it.
  let present: Part
  /// Evaluated samples without it.
  let absent: [Int]
  /// How many evaluated samples are neither.
  let unknown: Int
  /// The action unit's region where it is absent; nil if no region is stored there.
  let region: Control?
  /// Its masks moved elsewhere; nil if every place is too much the same.
  let place: Control?

  /// Present and absent evaluated samples by row, the masks of the latter empty.
  let evaluated: Part
  /// Which of them are present.
  let isPresent: [Bool]
}

extension ConceptTruth {
  /// Reads what is known of an action unit.
  ///
  /// Present: it has a mask with a cell on the grid and was not coded absent. Absent: it was coded,
  /// and no source found it. Anything else is unknown.
  init(_ au: Int, of samples: ConceptSamples, masks: ConceptMasks, seed: UInt64) throws {
    let found = try masks.read(au, .mask, of: samples) { !samples.isAbsent(au, row: $0) }
    func part(_ rows: [Int], of found: ConceptMasks.Found) -> Part {
      let wanted = Set(rows)
      let kept = found.rows.indices.filter { wanted.contains(found.rows[$0]) }
      return Part(rows: kept.map { found.rows[$0] }, masks: found.masks.selecting(kept))
    }
    let (train, evaluated) = (samples.trainRows, samples.evaluatedRows)
    let fit = part(train, of: found)
    let present = part(evaluated, of: found)
    let absent = evaluated.filter { samples.isAbsent(au, row: $0) }
    self.au = au
    self.fit = fit
    self.present = present
    self.absent = absent
    unknown = evaluated.count - present.rows.count - absent.count
    (self.evaluated, isPresent) = ConceptTruth.merged(present, absent)
    guard !fit.rows.isEmpty else {
      (region, place) = (nil, nil)
      return
    }
    let regions = try masks.read(au, .region, of: samples) { samples.isAbsent(au, row: $0) }
    let candidates = part(train, of: regions)
    var stream = RandomStream(seed: seed, RandomStream.key("concept region"), UInt64(au))
    let drawn = stream.permutation(candidates.rows.count).prefix(fit.rows.count).sorted()
    let chosen = Part(
      rows: drawn.map { candidates.rows[$0] }, masks: candidates.masks.selecting(drawn))
    let lookedAt = part(evaluated, of: regions)
    region =
      chosen.rows.isEmpty || lookedAt.rows.isEmpty
      ? nil : Control(fit: chosen, evaluated: lookedAt)
    place = ConceptTruth.shift(of: fit.masks, au: au, seed: seed).map { down, right in
      Control(
        fit: Part(rows: fit.rows, masks: fit.masks.shifted(down: down, right: right)),
        evaluated: Part(rows: present.rows, masks: present.masks.shifted(down: down, right: right)))
    }
  }

  /// Samples with a mask and samples with an empty one, by row, and which have one.
  private static func merged(_ present: Part, _ absent: [Int]) -> (Part, [Bool]) {
    let both = (present.rows.map { ($0, true) } + absent.map { ($0, false) })
      .sorted { $0.0 < $1.0 }
    let (height, width) = (present.masks.height, present.masks.width)
    let masks = GridMasks.joining(
      [present.masks, .empty(samples: 1, height: height, width: width)], height: height,
      width: width)
    let places = Dictionary(
      zip(present.rows, present.rows.indices), uniquingKeysWith: { first, _ in first })
    // The last mask is the empty one.
    let order = both.map { places[$0.0] ?? present.rows.count }
    return (Part(rows: both.map(\.0), masks: masks.selecting(order)), both.map(\.1))
  }

  /// Draws a move over the grid after which at most a quarter of the cells belong to masks before
  /// and after; nil if none of 200 does.
  static func shift(of masks: GridMasks, au: Int, seed: UInt64) -> (down: Int, right: Int)? {
    let cells = (0..<masks.samples).reduce(0) { $0 + masks.count($1) }
    guard cells > 0 else { return nil }
    var stream = RandomStream(seed: seed, RandomStream.key("concept place"), UInt64(au))
    for _ in 0..<200 {
      let (down, right) = (stream.below(masks.height), stream.below(masks.width))
      let moved = masks.shifted(down: down, right: right)
      let overlap = (0..<masks.samples).reduce(0) { $0 + masks.overlap(with: moved, $1) }
      if 4 * overlap <= cells { return (down, right) }
    }
    return nil
  }
}
