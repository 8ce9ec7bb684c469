import Compute
import Warehouse

/// Reads activations back as networks take them.
enum StoredActivation {
  /// The exact activation of a layer at some positions.
  ///
  /// - Parameters:
  ///   - layer: Whose.
  ///   - tier: `maps`, or `pooled` for a layer with one position, whose mean is its value.
  ///   - dataset: The row id of the data set.
  ///   - positions: Of the samples.
  ///   - store: The warehouse.
  /// - Returns: The activation, one sample a position.
  /// - Throws: `WarehouseError` if it is not stored.
  static func read(
    _ layer: Variant.Layer, tier: Tier, dataset: Int64, positions: [Int], from store: Store
  ) throws -> Activation {
    let rows = try store.read(key: layer.key, tier: tier, dataset: dataset, positions: positions)
    let values =
      tier == .pooled
      ? stride(from: 0, to: rows.values.count, by: 2).map { rows.values[$0] } : rows.values
    guard values.count == positions.count * layer.shape.count else {
      throw IngestError(
        "the stored rows of `\(layer.name)` have another shape than the network",
        advice: "`lethe verify` tells what is damaged")
    }
    return Activation(channelsFirst: values, samples: positions.count, shape: layer.shape)
  }
}
