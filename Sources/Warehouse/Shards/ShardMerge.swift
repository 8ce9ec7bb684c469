internal import Foundation
internal import SQLite

/// Takes one shard into a warehouse, its catalogue attached as `shard`.
final class ShardMerge {
  /// A segment of the shard's own.
  struct Segment {
    let id: Int64
    let file: String
    let dataset: Int64
    let first: Int
    let count: Int
    let bytes: Int
    let digest: String
    /// Those of its arrays that the warehouse lacks: key and tier.
    var arrays: [(key: String, tier: String)] = []
  }

  let record: ShardRecord
  private let store: Store
  private let place: URL
  private var isAttached = true
  private let order: [String]
  private var bounds: [(key: String, dataset: Int64, bounds: ProvisionalBounds)] = []

  /// A merge of the shard in a folder, its catalogue attached.
  ///
  /// - Parameters:
  ///   - store: The warehouse.
  ///   - place: The shard's folder.
  ///   - shard: Which part it must be.
  ///   - model: Which model it must train.
  ///   - kernel: The kernels of this program.
  ///   - quantile: The quantile that a plan keeps bits of.
  ///   - order: The models of a plan, in the order that they are to have.
  /// - Throws: `ShardRefusal` if the shard is not what it must be or does not fit the warehouse.
  init(
    store: Store, place: URL, shard: Shard, model: String?, kernel: String,
    quantile: (String) -> Double?, order: (String) -> [String]
  ) throws {
    self.store = store
    self.place = place
    let path = place.appending(path: Layout.catalogue).path
    let record = try ShardMerge.refusing {
      try ShardMerge.record(at: path, shard: shard, model: model)
    }
    self.record = record
    self.order = order(record.plan)
    try store.catalogue.attach(path, as: "shard", immutable: false)
    do {
      try check(kernel: kernel, quantile: quantile(record.plan))
    } catch {
      close()
      throw error
    }
  }

  /// Lets go of the shard's catalogue.
  func close() {
    guard isAttached else { return }
    isAttached = false
    try? store.catalogue.detach("shard")
  }

  /// Takes in what the warehouse lacks.
  ///
  /// - Returns: The segments that came.
  /// - Throws: `ShardRefusal` if the shard is damaged, whatever else fails otherwise; then the
  ///   warehouse is as before.
  func run(_ candidates: (CandidateOffer) -> CandidateAnswer) throws -> [Segment] {
    let segments = try lacking(candidates)
    for segment in segments {
      try ShardMerge.refusing {
        try ShardFile.check(
          place.appending(path: segment.file), path: segment.file, bytes: segment.bytes,
          digest: segment.digest)
      }
    }
    let trained = try record.model.flatMap { name in
      try ShardMerge.refusing { try TrainedModel.lacking(name, store: store, place: place) }
    }
    do {
      try store.willReach(.rename)
      try trained?.bring(from: place, to: store)
      for segment in segments {
        try ShardFile.bring(
          place.appending(path: segment.file), to: store.url(segment.file), path: segment.file,
          bytes: segment.bytes, digest: segment.digest)
      }
      try store.willReach(.insert)
      try store.catalogue.transaction {
        for segment in segments { try insert(segment) }
        try trained?.insert(into: store, order: order)
        for found in bounds {
          try store.saveBounds(found.bounds, key: found.key, dataset: found.dataset)
        }
        try store.catalogue.execute(
          script: """
            INSERT OR IGNORE INTO main.prediction SELECT * FROM shard.prediction;
            INSERT OR IGNORE INTO main.au_mask SELECT * FROM shard.au_mask;
            UPDATE main.sample
            SET picture = (SELECT s.picture FROM shard.sample s WHERE s.id = main.sample.id)
            WHERE picture IS NULL
              AND id IN (SELECT id FROM shard.sample WHERE picture IS NOT NULL);
            """)
        try store.willReach(.commit)
      }
      try store.willReach(.unlink)
    } catch {
      for segment in segments {
        // A commit that failed half-way may be there all the same: then the file stays.
        if let isNamed = try? store.isSegment(segment.file), !isNamed {
          try? removeIfPresent(store.url(segment.file))
        }
      }
      if let trained { try? store.removeUnnamedModelFile(trained.file) }
      throw WriteFailure.explained(error, path: place.path)
    }
    return segments
  }

  private static func record(
    at path: String, shard: Shard, model: String?
  ) throws -> ShardRecord {
    let catalogue = try Connection(path: path, mode: .readWrite)
    defer { catalogue.close() }
    // A task that was killed at its very beginning leaves an empty catalogue.
    let isBegun = try catalogue.row("SELECT 1 FROM sqlite_schema WHERE name = 'shard'") != nil
    guard isBegun else { throw ShardRefusal(.unfinished) }
    guard try catalogue.value("PRAGMA application_id").int == Int(Layout.applicationID) else {
      throw ShardRefusal(reason: "its catalogue is not one of lethe's")
    }
    let version = try Migrations.version(of: catalogue)
    guard version == Migrations.current else {
      throw ShardRefusal(
        reason: "another version of lethe made it (\(version), the warehouse has"
          + " \(Migrations.current)): run its task again with this one")
    }
    let record = try ShardRecord(catalogue, subject: path)
    guard record.shard == shard, record.model == model else {
      let what = record.model.map { "the training of \($0)" } ?? "shard \(record.shard)"
      throw ShardRefusal(reason: "it is \(what) under another name")
    }
    return record
  }

  /// Turns what is wrong with a shard's files into a refusal.
  private static func refusing<Result>(_ body: () throws -> Result) throws -> Result {
    do {
      return try body()
    } catch let error as SQLiteError where !error.isBusy {
      throw ShardRefusal(reason: "its catalogue cannot be read: \(error.message)")
    } catch let error as WarehouseError where error.cause == .damaged {
      throw ShardRefusal(reason: error.description)
    }
  }

  private func check(kernel: String, quantile: Double?) throws {
    guard record.kernel == kernel else {
      throw ShardRefusal(
        reason: "it was computed by other kernels (\(record.kernel), the warehouse's are"
          + " \(kernel)): run its task again with this lethe")
    }
    let difference = try ShardMerge.refusing {
      try ShardCatalogue.difference(
        store.catalogue, shard: "shard", base: "main", training: record.model)
    }
    if let difference {
      throw ShardRefusal(reason: "it belongs to another plan: \(difference)")
    }
    guard let quantile else { return }
    let other = try store.catalogue.value(
      """
      SELECT quantile FROM main.threshold
      WHERE quantile <> ? AND dataset IN (SELECT dataset FROM shard.shard_block) LIMIT 1
      """, quantile)
    if let other = other.double {
      throw ShardRefusal(
        reason: "it belongs to another plan: the warehouse has bits of the quantile \(other), not"
          + " \(quantile)")
    }
  }

  /// The shard's own segments that have something which the warehouse lacks.
  private func lacking(_ candidates: (CandidateOffer) -> CandidateAnswer) throws -> [Segment] {
    var answers: [String: Bool] = [:]
    return try ShardMerge.refusing { try ownSegments() }.compactMap { segment in
      var segment = segment
      let rows = try store.catalogue.rows(
        """
        SELECT a.key, a.tier FROM shard.stored_array a
        WHERE a.segment = ?1 AND a.dataset = ?2 AND a.first = ?3 AND NOT EXISTS (
          SELECT 1 FROM main.stored_array b
          WHERE b.key = a.key AND b.dataset = a.dataset AND b.first = a.first
            AND (b.tier = a.tier OR a.tier = 'candidates' AND b.tier = 'bits'))
        ORDER BY a.tier, a.key
        """, segment.id, segment.dataset, segment.first)
      for row in rows {
        guard let key = row[0].string, let tier = row[1].string else { continue }
        if tier == Tier.candidates.rawValue {
          let layer = "\(segment.dataset) \(key)"
          if answers[layer] == nil {
            answers[layer] = try ask(candidates, key: key, dataset: segment.dataset)
          }
          guard answers[layer] == true else { continue }
        }
        segment.arrays.append((key, tier))
      }
      guard !segment.arrays.isEmpty else { return nil }
      guard try !store.isSegment(segment.file) else {
        throw ShardRefusal(reason: "the warehouse has another \(segment.file)")
      }
      return segment
    }
  }

  /// Whether the shard's candidates of a layer are taken.
  private func ask(
    _ candidates: (CandidateOffer) -> CandidateAnswer, key: String, dataset: Int64
  ) throws -> Bool {
    let row = try store.catalogue.row(
      "SELECT attempt, \"values\" FROM shard.provisional_bound WHERE key = ? AND dataset = ?",
      key, dataset)
    guard let row, let attempt = row[0].int, let values = row[1].bytes.flatMap(FloatBlob.values)
    else { throw ShardRefusal(reason: "its candidates for thresholds have no bounds") }
    let channels = try store.catalogue.value(
      "SELECT channels FROM main.layer WHERE prefix = ? LIMIT 1", key
    ).int
    let known = try store.bounds(key: key, dataset: dataset)
    let thresholds = try store.thresholds(key: key, dataset: dataset)
    guard channels == values.count, known?.values.count ?? values.count == values.count,
      thresholds?.values.count ?? values.count == values.count
    else { throw ShardRefusal(reason: "its bounds are those of another layer") }
    let offer = CandidateOffer(
      bounds: ProvisionalBounds(attempt: attempt, values: values), known: known,
      thresholds: thresholds)
    switch candidates(offer) {
    case .leave: return false
    case .take(let merged):
      if let merged { bounds.append((key, dataset, merged)) }
      return true
    }
  }

  private func ownSegments() throws -> [Segment] {
    try store.catalogue.rows(
      """
      SELECT id, file, dataset, first, count, bytes, sha256 FROM shard.segment
      WHERE id > ? ORDER BY id
      """, record.inherited
    ).map { row in
      guard let id = row[0].int, let file = row[1].string, let dataset = row[2].int,
        let first = row[3].int, let count = row[4].int, let bytes = row[5].int,
        let digest = row[6].string, SegmentName(recognising: file)?.path == file
      else { throw ShardRefusal(reason: "a row of its catalogue names no segment") }
      return Segment(
        id: Int64(id), file: file, dataset: Int64(dataset), first: first, count: count,
        bytes: bytes, digest: digest)
    }
  }

  private func insert(_ segment: Segment) throws {
    try store.catalogue.run(
      """
      INSERT INTO main.segment (file, dataset, first, count, bytes, sha256)
      VALUES (?, ?, ?, ?, ?, ?)
      """, segment.file, segment.dataset, segment.first, segment.count, segment.bytes,
      segment.digest)
    let id = store.catalogue.lastInsertedRow
    for array in segment.arrays {
      try store.catalogue.run(
        """
        INSERT INTO main.stored_array
          (key, tier, dataset, first, segment, node, dtype, bytes, codec)
        SELECT key, tier, dataset, first, ?, node, dtype, bytes, codec FROM shard.stored_array
        WHERE key = ? AND tier = ? AND dataset = ? AND first = ? AND segment = ?
        """, id, array.key, array.tier, segment.dataset, segment.first, segment.id)
    }
  }
}
