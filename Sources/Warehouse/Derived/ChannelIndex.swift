internal import HDF5

/// Maximum and mean of each channel of a layer in every sample of a data set, a column a channel.
///
/// The same numbers as in the `pooled` tier, turned round: a question about one channel reads four
/// bytes a sample.
public final class ChannelIndex {
  /// Which number a column holds.
  public enum Pool: String, Sendable, CaseIterable {
    /// The largest activation of the channel's positions.
    case max
    /// Their mean.
    case mean
  }

  /// How many channels there are.
  public let channels: Int
  /// How many samples there are.
  public let samples: Int
  /// The length of the file.
  public let bytes: Int
  private let columns: [Pool: (values: HDF5Dataset, checks: [Int64])]

  init(_ root: HDF5Group, samples: Int, bytes: Int) throws {
    var columns: [Pool: (HDF5Dataset, [Int64])] = [:]
    for pool in Pool.allCases where try root.contains(pool.rawValue) {
      columns[pool] = (
        try root.dataset(pool.rawValue),
        try root.dataset(pool.rawValue + "_check").readAll(Int64.self, limit: 1 << 24)
      )
    }
    guard let maxima = columns[.max]?.0, maxima.shape.count == 2, maxima.shape[1] == samples,
      columns.values.allSatisfy({ $0.0.shape == maxima.shape && $0.1.count == maxima.shape[0] })
    else {
      throw WarehouseError(.damaged, root.path, "the index has another shape than its layer")
    }
    channels = maxima.shape[0]
    (self.samples, self.bytes) = (samples, bytes)
    self.columns = columns
  }

  /// The column of a channel.
  ///
  /// - Parameters:
  ///   - channel: The channel, from 0.
  ///   - pool: Which number.
  /// - Returns: A number a sample, by position; nil if there is no such channel, or the file is not
  ///   what was written.
  public func column(_ channel: Int, _ pool: Pool) -> [Float]? {
    // A layer with one position has its maxima only: they are its means.
    guard let column = columns[pool] ?? columns[.max], (0..<channels).contains(channel),
      let values = try? column.values.read(Float.self, at: [channel, 0], count: [1, samples]),
      NeuronIndexFile.check(values) == column.checks[channel]
    else { return nil }
    return values
  }
}
