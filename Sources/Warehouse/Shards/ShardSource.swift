internal import Foundation
internal import SQLite

/// What a shard's store knows of the warehouse that it belongs to.
///
/// Its catalogue holds the rows of its own blocks alone; what holds for a data set as a whole was
/// noted when the shard was made.
struct ShardSource: Sendable {
  /// The folder of the warehouse: files that are not the shard's own lie there.
  let folder: URL
  private let blocks: [Int64: [Range<Int>]]
  private let withTrainSplit: Set<Int64>
  private let withMaskFiles: Set<Int64>

  /// Reads what was noted in a shard's catalogue.
  init(folder: URL, catalogue: Connection) throws {
    self.folder = folder
    var blocks: [Int64: [Range<Int>]] = [:]
    for row in try catalogue.rows(
      "SELECT dataset, first, count FROM shard_block ORDER BY dataset, first")
    {
      guard let dataset = row[0].int, let first = row[1].int, let count = row[2].int else {
        continue
      }
      blocks[Int64(dataset), default: []].append(first..<first + count)
    }
    self.blocks = blocks
    func datasets(where flag: String) throws -> Set<Int64> {
      Set(
        try catalogue.rows("SELECT dataset FROM shard_dataset WHERE \(flag)")
          .compactMap { $0[0].int.map(Int64.init) })
    }
    withTrainSplit = try datasets(where: "has_train")
    withMaskFiles = try datasets(where: "has_mask_files")
  }

  func blocks(of dataset: Int64) -> [Range<Int>] { blocks[dataset] ?? [] }
  func hasTrainSplit(_ dataset: Int64) -> Bool { withTrainSplit.contains(dataset) }
  func hasMaskFiles(_ dataset: Int64) -> Bool { withMaskFiles.contains(dataset) }
}

extension Store {
  /// The blocks of a data set that this store works on; nil for a whole warehouse, which works on
  /// all of them.
  public func shardBlocks(of dataset: Int64) -> [Range<Int>]? { shard?.blocks(of: dataset) }

  /// Another connection to the same store, for reading on another thread.
  ///
  /// - Throws: As `open` does.
  public func reader() throws -> sending Store {
    let other = try Store.open(folder, for: .reading)
    other.shard = shard
    return other
  }

  /// Whether this is the store of a shard.
  public var isShard: Bool { shard != nil }

  /// Whether a data set has a train split.
  ///
  /// - Throws: `SQLiteError` if the catalogue cannot be read.
  public func hasTrainSplit(_ dataset: Int64) throws -> Bool {
    if let shard { return shard.hasTrainSplit(dataset) }
    return try catalogue.row(
      "SELECT 1 FROM sample WHERE dataset = ? AND split = 'train' LIMIT 1", dataset) != nil
  }

  /// The place of a stored file, relative to the warehouse: the shard's own, else the warehouse's.
  func storedFile(_ path: String) -> URL {
    let own = url(path)
    guard let shard, !FileManager.default.fileExists(atPath: own.path) else { return own }
    return shard.folder.appending(path: path)
  }
}
