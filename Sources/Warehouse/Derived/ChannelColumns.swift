internal import HDF5
internal import Hashing

/// Writes the columns of a channel index, some samples of all channels at a time.
final class ChannelColumns {
  private let pool: ChannelIndex.Pool
  private let root: HDF5Group
  private let values: HDF5Dataset
  private let hashes: [SHA256]
  private let samples: Int
  private var written = 0

  init(_ pool: ChannelIndex.Pool, in root: HDF5Group, channels: Int, samples: Int) throws {
    (self.pool, self.root, self.samples) = (pool, root, samples)
    values = try root.createDataset(pool.rawValue, of: .float32, shape: [channels, samples])
    hashes = (0..<channels).map { _ in SHA256() }
  }

  /// Adds samples: [channels, n].
  func append(_ block: [Float]) throws {
    let count = block.count / max(1, hashes.count)
    guard block.count == count * hashes.count, count <= samples - written else {
      throw WarehouseError(.invalid, root.path, "\(block.count) numbers are no columns")
    }
    try values.write(block, at: [0, written], count: [hashes.count, count])
    for (channel, hash) in hashes.enumerated() {
      hash.update(Array(block[channel * count..<(channel + 1) * count]))
    }
    written += count
  }

  /// Writes the checks of the columns, which must be whole.
  func finish() throws {
    guard written == samples else {
      throw WarehouseError(.invalid, root.path, "\(written) of \(samples) samples were written")
    }
    try root.createDataset(pool.rawValue + "_check", of: .int64, shape: [hashes.count])
      .write(hashes.map { NeuronIndexFile.check($0) })
  }
}
