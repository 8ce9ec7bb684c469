import Foundation
import Hashing
import SQLite
import Warehouse

@testable import Ingest

/// A copy of a small warehouse, to be ingested and merged in parts.
final class WarehouseCopy {
  let url: URL
  // The pictures lie in its folder.
  private let small: SmallWarehouse

  init(of small: SmallWarehouse, from source: URL? = nil, _ name: String) throws {
    self.small = small
    url = small.folder.url.appending(path: name)
    try FileManager.default.copyItem(at: source ?? small.url, to: url)
  }

  func open() throws -> Store { try Store.open(url, for: .writing(create: false)) }
  func folder(_ name: String) -> URL { url.appending(path: name) }
  func remove() throws { try FileManager.default.removeItem(at: url) }

  func shard(_ number: Int, of count: Int) -> URL {
    url.appending(path: "shards/\(number)-of-\(count)")
  }

  static let keep = KeepOptions(bits: true, maps: .f16)

  /// The whole ingest.
  @discardableResult
  func ingest(keep: KeepOptions = WarehouseCopy.keep) throws -> IngestSummary {
    let store = try open()
    defer { try? store.close() }
    return try ActivationIngest(
      store: store, options: IngestOptions(keep: keep, threads: 2)
    ).run()
  }

  /// One shard of it.
  @discardableResult
  func ingest(
    _ number: Int, of count: Int, keep: KeepOptions = WarehouseCopy.keep,
    monitor: Monitor = Monitor()
  ) throws -> IngestSummary {
    guard let shard = Shard(number, of: count) else { return IngestSummary() }
    return try ShardIngest(
      warehouse: url, shard: shard, options: IngestOptions(keep: keep, threads: 2),
      monitor: monitor
    ).run()
  }

  @discardableResult
  func merge(_ folder: URL? = nil) throws -> MergeSummary {
    let store = try open()
    defer { try? store.close() }
    return try ShardMerging(store: store, shards: folder).run()
  }

  func verify() throws -> [Finding] {
    let store = try open()
    defer { try? store.close() }
    return try store.verify()
  }

  func move(_ number: Int, of count: Int, to folder: URL) throws {
    try FileManager.default.createDirectory(at: folder, withIntermediateDirectories: true)
    try FileManager.default.moveItem(
      at: shard(number, of: count), to: folder.appending(path: "\(number)-of-\(count)"))
  }

  /// As if the machine's clock had been decades ahead, and then behind.
  func confuseClock(_ folder: URL) throws {
    let catalogue = try Connection(
      path: folder.appending(path: "warehouse.sqlite").path, mode: .readWrite)
    try catalogue.run(
      "UPDATE run SET started = '2099-01-01T00:00:00Z', finished = '1970-01-01T00:00:00Z'")
    catalogue.close()
    for path in try paths(below: folder) {
      try FileManager.default.setAttributes(
        [.modificationDate: Date(timeIntervalSince1970: 0)],
        ofItemAtPath: folder.appending(path: path).path)
    }
  }

  func catalogueBytes() throws -> Data { try Data(contentsOf: folder("warehouse.sqlite")) }

  /// The paths of the files below a folder, ascending.
  func paths(below folder: URL) throws -> [String] {
    try FileManager.default.subpathsOfDirectory(atPath: folder.path)
      .filter { $0.contains(".") && !$0.hasSuffix("-of-1") }.sorted()
  }

  /// The digests of all stored arrays' files, by path.
  func files() throws -> [String: String] {
    var digests: [String: String] = [:]
    for name in ["arrays", "inputs", "models"] {
      let root = folder(name)
      for path in try paths(below: root) {
        digests["\(name)/\(path)"] = try SHA256.hex(ofFile: root.appending(path: path)).digest
      }
    }
    return digests
  }

  /// Everything that the catalogue and the arrays say, but the ledger of runs.
  func contents() throws -> [String] {
    let store = try Store.open(url, for: .reading)
    defer { try? store.close() }
    let dataset = try store.dataset(named: "noise")
    var lines: [String] = []
    for row in try store.catalogue.rows(
      "SELECT DISTINCT key, tier FROM stored_array ORDER BY key, tier")
    {
      guard let key = row[0].string, let tier = row[1].string.flatMap(Tier.init) else { continue }
      let hash = SHA256()
      switch tier {
      case .pooled, .maps:
        try store.read(
          key: key, tier: tier, dataset: dataset.id, positions: 0..<dataset.count
        ).values.withUnsafeBytes { hash.update($0) }
      case .bits, .inputs:
        try store.readBytes(
          key: key, tier: tier, dataset: dataset.id, positions: 0..<dataset.count
        ).values.withUnsafeBytes { hash.update($0) }
      default: break
      }
      lines.append("\(key) \(tier) \(hash.hex())")
    }
    let views = try store.catalogue.rows(
      "SELECT name FROM sqlite_schema WHERE type = 'view' AND name <> 'runs' ORDER BY name")
    for view in views.compactMap({ $0[0].string }) {
      lines += try store.catalogue.rows("SELECT * FROM \(view)").map { "\(view) \($0)" }.sorted()
    }
    lines += try store.catalogue.rows("SELECT name FROM model ORDER BY id").map { "\($0)" }
    lines += try store.catalogue.rows("SELECT id, picture FROM sample ORDER BY id").map { "\($0)" }
    lines += try store.catalogue.rows("SELECT * FROM threshold").map { "\($0)" }.sorted()
    return lines
  }
}

extension MergeSummary {
  /// The numbers of the shards in a state.
  func states(_ state: Entry.State) -> [Int] {
    entries.filter { $0.state == state }.map(\.shard.number)
  }
}
