import Foundation
import SQLite
import Testing

@testable import Ingest
@testable import Warehouse

@Suite("Shards that are not taken") struct ShardRefusalTests {
  /// Something done to a shard or its warehouse, and what the merge says of it.
  struct Damage: Sendable {
    let reason: String
    let sql: String?
    let toWarehouse: Bool
    let toFile: (@Sendable (URL) throws -> Void)?

    init(
      _ reason: String, sql: String? = nil, toWarehouse: Bool = false,
      toFile: (@Sendable (URL) throws -> Void)? = nil
    ) {
      self.reason = reason
      self.sql = sql
      self.toWarehouse = toWarehouse
      self.toFile = toFile
    }
  }

  private static let damages = [
    Damage("computed by other kernels", sql: "UPDATE shard SET kernel = 'strict other'"),
    Damage("another version of lethe", sql: "PRAGMA user_version = 2"),
    Damage("no shard that this version", sql: "UPDATE shard SET format = 7"),
    Damage("under another name", sql: "UPDATE shard SET number = 2, count = 3"),
    Damage(
      "names no segment",
      sql: "UPDATE segment SET file = '../../etc/x.h5' WHERE id = (SELECT max(id) FROM segment)"),
    Damage("have no bounds", sql: "DELETE FROM provisional_bound"),
    Damage(
      "of another layer", sql: "UPDATE provisional_bound SET \"values\" = x'00000000'"),
    Damage(
      "not that of the warehouse", sql: "UPDATE sample SET path = 'other.png' WHERE position = 9"),
    Damage(
      "not that of the warehouse", sql: "UPDATE sample SET path = 'other.png' WHERE position = 9",
      toWarehouse: true),
    Damage(
      "its picture p9.png is another one",
      sql: "UPDATE sample SET picture = 'x' WHERE position = 9",
      toWarehouse: true),
    Damage(
      "its picture p9.png is another one", sql: "UPDATE sample SET bytes = 7 WHERE position = 9",
      toWarehouse: true),
    Damage("under another name", sql: "UPDATE shard SET model = 'base'"),
    Damage("its model base is not", sql: "UPDATE model SET sha256 = 'x' WHERE name = 'base'"),
    Damage(
      "its model base is not", sql: "UPDATE layer SET prefix = 'x' WHERE model = 1 AND ordinal = 3",
      toWarehouse: true),
    Damage("the file is missing", toFile: { try FileManager.default.removeItem(at: $0) }),
    Damage(
      "SHA-256",
      toFile: { file in
        var bytes = try Data(contentsOf: file)
        bytes[bytes.count / 2] ^= 1
        try bytes.write(to: file)
      }),
    Damage(
      "bytes, not",
      toFile: { file in
        let handle = try FileHandle(forWritingTo: file)
        try handle.truncate(atOffset: 100)
        try handle.close()
      }),
  ]

  @Test("a shard that is damaged or of another plan, version or kernel path is named and left")
  func refused() throws {
    let small = try SmallWarehouse()
    let made = try WarehouseCopy(of: small, "made")
    try made.ingest(1, of: 1)
    let untouched = try made.contents()
    for damage in Self.damages {
      let copy = try WarehouseCopy(of: small, from: made.url, "damaged")
      let shard = copy.shard(1, of: 1)
      if let sql = damage.sql {
        let folder = damage.toWarehouse ? copy.url : shard
        let catalogue = try Connection(
          path: folder.appending(path: "warehouse.sqlite").path, mode: .readWrite)
        try catalogue.execute(script: sql)
        catalogue.close()
      }
      if let change = damage.toFile {
        let file = try #require(
          try copy.paths(below: shard).first { $0.hasSuffix(".h5") && $0.hasPrefix("arrays") })
        try change(shard.appending(path: file))
      }
      let before = damage.toWarehouse ? try copy.contents() : untouched
      let files = try copy.paths(below: shard)
      let state = try copy.merge().entries.first?.state
      guard case .found(.refused(let reason)) = state else {
        Issue.record("\(damage.reason): \(String(describing: state))")
        continue
      }
      #expect(reason.contains(damage.reason))
      #expect(try copy.contents() == before)
      #expect(try copy.paths(below: shard) == files)
      try copy.remove()
    }
  }

  @Test("a catalogue that is cut off, empty or no database is named and left")
  func catalogues() throws {
    let small = try SmallWarehouse()
    let made = try WarehouseCopy(of: small, "made")
    try made.ingest(1, of: 1)
    for length in [0, 50, 5000] {
      let copy = try WarehouseCopy(of: small, from: made.url, "cut")
      let path = copy.shard(1, of: 1).appending(path: "warehouse.sqlite")
      try Data(contentsOf: path).prefix(length).write(to: path)
      let entry = try #require(try copy.merge().entries.first)
      #expect(entry.isLeft)
      try copy.remove()
    }
  }

  @Test("a quantile other than that of the stored bits is refused")
  func quantile() throws {
    let small = try SmallWarehouse()
    let copy = try WarehouseCopy(of: small, "quantile")
    try copy.ingest(1, of: 1, keep: KeepOptions(quantile: 0.02))
    try copy.ingest()
    let state = try copy.merge().entries.first?.state
    guard case .found(.refused(let reason)) = state else {
      Issue.record("\(String(describing: state))")
      return
    }
    #expect(reason.contains("quantile 0.005"))
  }

  @Test("candidates are taken where they are complete from the threshold on")
  func candidates() {
    func offer(
      _ bound: Float, attempt: Int = 1, known: ProvisionalBounds? = nil, threshold: Float? = nil
    ) -> CandidateOffer {
      CandidateOffer(
        bounds: ProvisionalBounds(attempt: attempt, values: [bound, 1]), known: known,
        thresholds: threshold.map { Thresholds(quantile: 0.005, count: 9, values: [$0, 1]) })
    }
    func taken(_ offer: CandidateOffer) -> ProvisionalBounds?? {
      if case .take(let bounds) = ShardMerging.answer(offer) { bounds } else { nil }
    }
    let known = ProvisionalBounds(attempt: 1, values: [3, 0])
    #expect(taken(offer(2)) == ProvisionalBounds(attempt: 1, values: [2, 1]))
    #expect(taken(offer(2, known: known)) == ProvisionalBounds(attempt: 1, values: [3, 1]))
    let lowered = ProvisionalBounds(attempt: 2, values: [0, 0])
    #expect(taken(offer(2, known: lowered)) == .none)
    #expect(taken(offer(2, threshold: 2)) == .some(nil))
    #expect(taken(offer(3, threshold: 2)) == .none)
  }
}
