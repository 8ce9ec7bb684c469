internal import Foundation
internal import HDF5
internal import Hashing
internal import SQLite

extension Store {
  /// The stretches of a data set that a tier of a layer is stored for.
  ///
  /// - Parameters:
  ///   - key: The layer's prefix.
  ///   - tier: The tier.
  ///   - dataset: The row id of the data set.
  /// - Returns: Positions and type, ascending.
  /// - Throws: `SQLiteError` if the catalogue cannot be read, `WarehouseError` if a row is damaged.
  public func stretches(
    key: String, tier: Tier, dataset: Int64
  ) throws -> [(positions: Range<Int>, type: StoredType)] {
    try pieces(key: key, tier: tier, dataset: dataset, touching: 0..<Int.max)
      .map { ($0.positions, $0.type) }
  }

  /// Writes the channel index of a layer over a data set, in place of any that is there.
  ///
  /// The index lies under `index/`. It can be lost without harm, no row names it, and it is written
  /// whole or not at all, with its checksum beside it. A store that is open for reading takes the
  /// writer's lock for as long as it takes.
  ///
  /// - Parameters:
  ///   - key: The layer's prefix.
  ///   - dataset: The row id of the data set.
  ///   - channels: How many channels the layer has.
  ///   - hasMeans: Whether means differ from maxima: not in a layer with one position.
  ///   - body: Calls its argument with maxima and means, [channels, n] each, of one stretch of
  ///     samples after the other until all are there; memory is that of one stretch.
  /// - Returns: The length of the file in bytes.
  /// - Throws: `WarehouseError` if the folder cannot be written, another process writes to the
  ///   warehouse, or samples are missing; what `body` throws.
  public func writeChannelIndex(
    key: String, dataset: Int64, channels: Int, hasMeans: Bool,
    _ body: ((_ maxima: [Float], _ means: [Float]) throws -> Void) throws -> Void
  ) throws -> Int {
    try writeIndex(.channels, key: key, dataset: dataset) { root, samples in
      let maxima = try ChannelColumns(.max, in: root, channels: channels, samples: samples)
      let means =
        hasMeans
        ? try ChannelColumns(.mean, in: root, channels: channels, samples: samples) : nil
      try body { maximum, mean in
        try maxima.append(maximum)
        try means?.append(mean)
      }
      try maxima.finish()
      try means?.finish()
    }
  }

  /// Opens the channel index of a layer over a data set.
  ///
  /// - Parameters:
  ///   - key: The layer's prefix.
  ///   - dataset: The row id of the data set.
  /// - Returns: The index; nil if there is none that was made from what is stored now.
  /// - Throws: `SQLiteError` if the catalogue cannot be read.
  public func channelIndex(key: String, dataset: Int64) throws -> ChannelIndex? {
    try openIndex(.channels, key: key, dataset: dataset) {
      try ChannelIndex($0, samples: $1, bytes: $2)
    }
  }

  /// Writes the position index of a layer over a data set, in place of any that is there, as
  /// `writeChannelIndex` does.
  ///
  /// - Parameters:
  ///   - key: The layer's prefix.
  ///   - dataset: The row id of the data set.
  ///   - origin: What the activations were taken from.
  ///   - body: Calls its argument once for each channel, in order, with the threshold and the list
  ///     of each of its positions.
  /// - Returns: The length of the file in bytes.
  /// - Throws: As `writeChannelIndex`.
  public func writePositionIndex(
    key: String, dataset: Int64, origin: PositionIndex.Origin,
    _ body: ((_ channel: [PositionIndex.List]) throws -> Void) throws -> Void
  ) throws -> Int {
    try writeIndex(.positions, key: key, dataset: dataset) { root, _ in
      try root.attributes.set(.text(origin.rawValue), for: "origin")
      var checks: [Int64] = []
      try body { lists in
        checks.append(try PositionIndex.write(lists, of: checks.count, to: root))
      }
      try root.createDataset("check", of: .int64, shape: [checks.count]).write(checks)
    }
  }

  /// Opens the position index of a layer over a data set, as `channelIndex` does.
  public func positionIndex(key: String, dataset: Int64) throws -> PositionIndex? {
    try openIndex(.positions, key: key, dataset: dataset) {
      try PositionIndex($0, samples: $1, bytes: $2)
    }
  }

  /// Whether the channel index of a layer over a data set was made from what is stored now, and its
  /// file is what was written, to the last bit.
  ///
  /// - Parameters:
  ///   - key: The layer's prefix.
  ///   - dataset: The row id of the data set.
  /// - Returns: The length of the file in bytes; nil if it is not, or there is none.
  /// - Throws: `SQLiteError` if the catalogue cannot be read.
  public func intactChannelIndex(key: String, dataset: Int64) throws -> Int? {
    guard let index = try channelIndex(key: key, dataset: dataset) else { return nil }
    return try isIntact(.channels, key: key, dataset: dataset) ? index.bytes : nil
  }

  /// The same of the position index.
  public func intactPositionIndex(key: String, dataset: Int64) throws -> Int? {
    guard let index = try positionIndex(key: key, dataset: dataset) else { return nil }
    return try isIntact(.positions, key: key, dataset: dataset) ? index.bytes : nil
  }

  private func isIntact(
    _ kind: NeuronIndexName.Kind, key: String, dataset: Int64
  ) throws -> Bool {
    let name = NeuronIndexName(kind, key: key, dataset: try stamp(key: key, dataset: dataset).2)
    return indexFindings(name).isEmpty
  }

  /// A digest of what is stored of a layer over a data set, and how many samples that has.
  private func stamp(key: String, dataset: Int64) throws -> (stamp: String, samples: Int, String) {
    let row = try catalogue.row(
      """
      SELECT d.name, (SELECT count(*) FROM sample s WHERE s.dataset = d.id) FROM dataset d
      WHERE d.id = ?
      """, dataset)
    guard let name = row?[0].string, let samples = row?[1].int else {
      throw WarehouseError(.unknownName, "\(dataset)", "there is no data set of that id")
    }
    let hash = SHA256()
    hash.update("\(samples)")
    for row in try catalogue.rows(
      """
      SELECT a.tier, a.first, a.dtype, s.count, s.sha256
      FROM stored_array a JOIN segment s ON s.id = a.segment
      WHERE a.key = ? AND a.dataset = ? AND a.tier IN ('pooled', 'maps')
      ORDER BY a.tier, a.first
      """, key, dataset)
    {
      for index in 0..<5 { hash.update("\(row[index])") }
    }
    return (hash.hex(), samples, name)
  }

  private func writeIndex(
    _ kind: NeuronIndexName.Kind, key: String, dataset: Int64,
    _ fill: (HDF5Group, Int) throws -> Void
  ) throws -> Int {
    let lock =
      isWritable ? nil : try WriterLock(folder: folder, purpose: "an index of units")
    defer { lock?.release() }
    let (stamp, samples, dataset) = try stamp(key: key, dataset: dataset)
    let name = NeuronIndexName(kind, key: key, dataset: dataset)
    let (target, partial) = (url(name.path), url(name.partialPath))
    do {
      try createFolder(target.deletingLastPathComponent())
      try removeIfPresent(partial)
      let file = try HDF5File.create(partial)
      do {
        let root = try file.root()
        try NeuronIndexFile.describe(root, kind: kind, key: key, stamp: stamp)
        try fill(root, samples)
        try file.close()
      } catch {
        try? file.close()
        throw error
      }
      try synchronise(partial)
      // A checksum never stands beside a file that it is not of.
      try removeIfPresent(url(name.checksumPath))
      let digest = try SHA256.hex(ofFile: partial).digest
      try moveIntoPlace(partial, target)
      try writeChecksum(digest, of: name)
      return fileSize(target.path)
    } catch {
      try? removeIfPresent(partial)
      throw WriteFailure.explained(error, path: name.path)
    }
  }

  private func openIndex<Index>(
    _ kind: NeuronIndexName.Kind, key: String, dataset: Int64,
    _ open: (HDF5Group, Int, Int) throws -> Index
  ) throws -> Index? {
    let (stamp, samples, dataset) = try stamp(key: key, dataset: dataset)
    let file = url(NeuronIndexName(kind, key: key, dataset: dataset).path)
    guard FileManager.default.fileExists(atPath: file.path) else { return nil }
    // What cannot be read is as good as missing: whoever needs it makes it anew.
    guard let root = try? HDF5File.open(file).root(),
      (try? NeuronIndexFile.isCurrent(root, kind: kind, key: key, stamp: stamp)) == true
    else { return nil }
    return try? open(root, samples, fileSize(file.path))
  }
}
