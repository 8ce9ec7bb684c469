public import Foundation
internal import HDF5
internal import Hashing
internal import SQLite

extension Store {
  /// Writes segments of layers anew without what nothing names any more, and with their maps packed
  /// by another codec if one is given; the values stay, bit for bit.
  ///
  /// Each segment changes by itself: the new file is written beside its place, compared with the
  /// old one, brought to the disk and digested; one transaction puts its row in the place of the old
  /// one, whose file goes after it. Whenever the process ends, the warehouse has the one or the
  /// other; what is left over is removed by the next writer.
  /// - Parameters:
  ///   - codec: What maps in f32 and f16 are packed by; nil = as they are.
  ///   - isDryRun: Whether to say what would be done without doing it; reading is then enough.
  ///   - threads: How many chunks are packed or unpacked at a time.
  ///   - progress: Called often; what it throws ends the work, what was done before stays.
  /// - Returns: What was done to which segments, in the order of their files; a second call does
  ///   nothing.
  /// - Throws: `WarehouseError` if a file is not what its row says, or cannot be written; whatever
  ///   `progress` throws.
  public func compact(
    to codec: ArrayCodec? = nil, isDryRun: Bool = false,
    threads: Int = ProcessInfo.processInfo.activeProcessorCount,
    progress: (CompactionProgress) throws -> Void = { _ in }
  ) throws -> [SegmentCompaction] {
    if !isDryRun { try requireWritable() }
    let plans = try compactionPlans(to: codec)
    guard !isDryRun else { return plans.compactMap(\.compaction) }
    let total = plans.reduce(0) { $0 + $1.bytes }
    var done = 0
    var found: [SegmentCompaction] = []
    for plan in plans {
      guard var compaction = plan.compaction else { continue }
      let state = CompactionProgress(file: plan.file.path, done: done, total: total)
      try progress(state)
      if compaction.action == .remove {
        try removeSegments([plan.id])
      } else {
        compaction.bytesAfter = try rewrite(plan, threads) { try progress(state) }
      }
      found.append(compaction)
      done += plan.bytes
    }
    return found
  }

  /// The segments of layers that something is to be done to.
  private func compactionPlans(to codec: ArrayCodec?) throws -> [CompactionPlan] {
    try catalogue.rows(
      """
      SELECT id, file, first, bytes, sha256 FROM segment WHERE file LIKE 'arrays/%' ORDER BY file
      """
    ).compactMap { row in
      guard let id = row[0].int, let file = row[1].string, let first = row[2].int,
        let bytes = row[3].int, let digest = row[4].string,
        let name = SegmentName(recognising: file), name.path == file
      else {
        throw WarehouseError(
          .damaged, row[1].string ?? "a segment", "its row in the catalogue makes no sense",
          advice: "run lethe verify")
      }
      var plan = CompactionPlan(
        id: Int64(id), file: name, first: first, bytes: bytes, digest: digest)
      try sortRows(of: &plan, codec)
      if !plan.kept.isEmpty { try findStrays(of: &plan) }
      return plan.compaction == nil ? nil : plan
    }
  }

  /// Sorts the arrays of a segment by whether a layer, or an explanation, of some model has them.
  private func sortRows(of plan: inout CompactionPlan, _ codec: ArrayCodec?) throws {
    for row in try catalogue.rows(
      """
      SELECT a.key, a.tier, a.node, a.dtype, a.codec,
             CASE a.tier WHEN 'relevance'
             THEN EXISTS (SELECT 1 FROM relevance_run r
                          WHERE r.key = a.key AND r.dataset = a.dataset)
             ELSE EXISTS (SELECT 1 FROM layer l WHERE l.prefix = a.key) END
      FROM stored_array a WHERE a.segment = ? ORDER BY a.tier, a.key
      """, plan.id)
    {
      guard let key = row[0].string, let tier = row[1].string.flatMap(Tier.init),
        let node = row[2].string, let type = row[3].string.flatMap(StoredType.init)
      else {
        throw WarehouseError(
          .damaged, plan.file.path, "a row of its arrays makes no sense",
          advice: "run lethe verify")
      }
      guard row[5].int == 1 else {
        plan.dropped.append((key, tier.rawValue))
        continue
      }
      var kept = CompactionPlan.Kept(key: key, tier: tier, node: node, type: type)
      if let codec, tier == .maps, [.f32, .f16].contains(type), row[4].string != codec.rawValue {
        kept.recoding = codec
      }
      plan.kept.append(kept)
    }
  }

  /// Finds arrays of layers in a segment's file that no row names.
  private func findStrays(of plan: inout CompactionPlan) throws {
    // The file is written anew in any case.
    guard plan.dropped.isEmpty else { return }
    let named = Set(plan.kept.flatMap(\.nodes))
    do {
      let file = try HDF5File.open(url(plan.file.path))
      let root = try file.root()
      if try root.contains("/layers") {
        for layer in try root.group("/layers").members() {
          for name in try root.group("/layers/" + layer).members() {
            let node = "/layers/\(layer)/\(name)"
            if !named.contains(node) { plan.strays.append(node) }
          }
        }
      }
      try file.close()
    } catch {
      throw WarehouseError(
        .damaged, plan.file.path, error.description, advice: "run lethe verify")
    }
  }

  /// Writes a segment anew under a new name; returns the bytes of its file.
  private func rewrite(
    _ plan: CompactionPlan, _ threads: Int, check: () throws -> Void
  ) throws -> Int {
    let old = plan.file.path
    let found = try? SHA256.hex(ofFile: url(old))
    // A new digest must not hide that the old file is damaged.
    guard let found, found.digest == plan.digest, found.bytes == plan.bytes else {
      throw WarehouseError(
        .damaged, old, "the file is not what its row says", advice: "run lethe verify")
    }
    var name = plan.file.rewritten
    while try isSegment(name.path) { name = name.rewritten }
    let target = url(name.path)
    let partial = url(name.path + Layout.partialSuffix)
    do {
      try removeIfPresent(partial)
      try willReach(.create)
      let bytes = try withoutActuallyEscaping(check) {
        try SegmentRewrite(plan: plan, threads: threads, check: $0)
          .run(from: url(old), to: partial, willReach)
      }
      try willReach(.synchronise)
      try synchronise(partial)
      try willReach(.digest)
      let (digest, length) = try SHA256.hex(ofFile: partial)
      try willReach(.rename)
      try moveIntoPlace(partial, target)
      try willReach(.insert)
      try catalogue.transaction {
        try catalogue.run(
          "UPDATE segment SET file = ?, bytes = ?, sha256 = ? WHERE id = ?", name.path, length,
          digest, plan.id)
        for row in plan.dropped {
          try catalogue.run(
            "DELETE FROM stored_array WHERE segment = ? AND key = ? AND tier = ?", plan.id, row.key,
            row.tier)
        }
        for (kept, bytes) in zip(plan.kept, bytes) {
          guard let codec = kept.recoding else { continue }
          try catalogue.run(
            "UPDATE stored_array SET codec = ?, bytes = ? WHERE segment = ? AND key = ? AND tier = ?",
            codec.rawValue, bytes, plan.id, kept.key, kept.tier.rawValue)
        }
        try willReach(.commit)
      }
      try willReach(.unlink)
      try unlinkSegments([old])
      try willReach(.done)
      return length
    } catch {
      try? removeIfPresent(partial)
      // A commit that failed half-way may be there all the same: then its file stays.
      if let isNamed = try? isSegment(name.path), !isNamed { try? removeIfPresent(target) }
      throw WriteFailure.explained(error, path: name.path)
    }
  }
}
