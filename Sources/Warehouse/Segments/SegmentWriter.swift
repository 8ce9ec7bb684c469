public import HDF5

/// Fills the file of one segment: each call makes an array and the row that will name it.
///
/// The layout is specified in `schema/activations.md`.
public final class SegmentWriter {
  /// The file, for what has no call of its own.
  public let file: HDF5File
  /// The ids of the segment's samples, in order of their positions.
  public let sampleIDs: [Int64]
  let description: SegmentDescription
  private let root: HDF5Group
  private let threads: Int
  private var arrays: [ArrayWriter] = []
  private var rows: [PlannedRow] = []

  init(
    file: HDF5File, description: SegmentDescription, sampleIDs: [Int64], threads: Int
  ) throws {
    self.file = file
    self.threads = threads
    self.description = description
    self.sampleIDs = sampleIDs
    root = try file.root()
  }

  /// The number of samples in the segment.
  public var count: Int { description.count }

  /// Makes the `pooled` array of a layer, float32 [n, C, 2]: mean and maximum of each channel.
  public func pooled(layer: String, key: String, channels: Int) throws -> ArrayWriter {
    try layerArray(.pooled, "pooled", layer, key, shape: [count, channels, 2], as: .f32)
  }

  /// Makes the `maps` array of a layer, [n, C, H, W].
  ///
  /// - Parameters:
  ///   - layer: The layer's name.
  ///   - key: Its prefix.
  ///   - shape: The extents of its output.
  ///   - type: `f32`, `f16` or `u8`.
  ///   - codec: What its chunks are packed by.
  /// - Returns: A writer that takes float32 and converts.
  /// - Throws: `WarehouseError` for another type, or one that the codec does not take; `HDF5Error`
  ///   if the file cannot be written.
  public func maps(
    layer: String, key: String, shape: MapShape, as type: StoredType,
    codec: ArrayCodec = .deflate
  ) throws -> ArrayWriter {
    guard type != .bits else {
      throw WarehouseError(.invalid, layer, "maps are stored as f32, f16 or u8, not as bits")
    }
    guard codec.takes(type) else {
      throw WarehouseError(
        .invalid, layer, "maps as \(type.rawValue) are not packed by \(codec.rawValue)",
        advice: "keep them by deflate, or as f32 or f16")
    }
    return try layerArray(
      .maps, "maps", layer, key, shape: [count, shape.channels, shape.height, shape.width],
      as: type, codec: codec)
  }

  /// Makes the `bits` array of a layer, uint8 [n, C, ⌈H·W/8⌉]; bit i of a channel is the position
  /// y·W + x = i, the least significant bit of a byte first.
  ///
  /// - Parameters:
  ///   - layer: The layer's name.
  ///   - key: Its prefix.
  ///   - shape: The extents of its output.
  ///   - thresholds: One a channel: a bit is set where the activation is greater.
  /// - Returns: A writer that takes bytes.
  /// - Throws: `WarehouseError` if the thresholds are not one a channel, `HDF5Error` if the file
  ///   cannot be written.
  public func bits(
    layer: String, key: String, shape: MapShape, thresholds: [Float]
  ) throws -> ArrayWriter {
    guard thresholds.count == shape.channels else {
      throw WarehouseError(
        .invalid, layer, "\(thresholds.count) thresholds for \(shape.channels) channels")
    }
    let writer = try layerArray(
      .bits, "bits", layer, key, shape: [count, shape.channels, shape.bitBytes], as: .bits)
    try writer.dataset.attributes.set(.integer(Int64(shape.height)), for: "height")
    try writer.dataset.attributes.set(.integer(Int64(shape.width)), for: "width")
    try root.createDataset(
      SegmentNode.layer(layer, "thresholds"), of: .float32, shape: [shape.channels]
    ).write(thresholds)
    return writer
  }

  /// Makes the `inputs` array, uint8 [n, H, W, C].
  public func inputs(height: Int, width: Int, channels: Int) throws -> ArrayWriter {
    try array(
      SegmentNode.inputs, shape: [count, height, width, channels], as: .u8,
      row: PlannedRow(tier: .inputs, key: description.key, node: SegmentNode.inputs, type: .u8))
  }

  /// Makes the masks of one action unit, uint8 [m, H, W], 1 where a pixel belongs to it.
  ///
  /// - Parameters:
  ///   - au: The action unit's number.
  ///   - kind: Whether it is present in these samples.
  ///   - sampleIDs: The m samples that have such a mask, in order of their positions.
  ///   - height: Of the input.
  ///   - width: Of the input.
  /// - Returns: A writer whose rows are the masks.
  /// - Throws: `HDF5Error` if the file cannot be written.
  public func masks(
    au: Int, kind: MaskKind, sampleIDs: [Int64], height: Int, width: Int
  ) throws -> ArrayWriter {
    let group = SegmentNode.masks(kind, au: au)
    try root.createDataset(group + "/sample_id", of: .int64, shape: [sampleIDs.count])
      .write(sampleIDs)
    let row =
      rows.contains { $0.tier == kind.tier }
      ? nil
      : PlannedRow(
        tier: kind.tier, key: description.key, node: SegmentNode.masks(kind), type: .u8)
    return try array(
      group + "/mask", shape: [sampleIDs.count, height, width], as: .u8, row: row,
      countedAs: kind.tier)
  }

  /// Stores landmarks in input pixels: `/landmarks/<source>-<points>/{sample_id, points}`, float32
  /// [m, points, 2], x to the right and y down.
  ///
  /// - Parameters:
  ///   - source: Where they come from, for example `labels`.
  ///   - sampleIDs: The m samples that have them, in order of their positions.
  ///   - points: How many a sample has.
  ///   - coordinates: x and y of each point of each sample.
  /// - Throws: `HDF5Error` if the file cannot be written.
  public func landmarks(
    source: String, sampleIDs: [Int64], points: Int, coordinates: [Float]
  ) throws {
    let group = try root.createGroup("/landmarks/\(source)-\(points)")
    _ = try NamedArray("sample_id", shape: [sampleIDs.count], .integers(sampleIDs)).write(
      to: group, threads: threads)
    _ = try NamedArray("points", shape: [sampleIDs.count, points, 2], .floats(coordinates))
      .write(to: group, threads: threads)
  }

  /// Makes a place for arrays of any shape under one row, for a search that has not ended:
  /// `/layers/<layer>/candidates/<name>`.
  public func candidates(layer: String, key: String) throws -> NamedArrayWriter {
    let node = SegmentNode.layer(layer, Tier.candidates.rawValue)
    let writer = NamedArrayWriter(group: try root.createGroup(node), threads: threads)
    rows.append(PlannedRow(tier: .candidates, key: key, node: node, type: .f32, named: writer))
    return writer
  }

  /// Makes the arrays of relevance maps, and writes what belongs to their rows.
  func relevanceArrays(
    sampleIDs: [Int64], scales: [Float], key: String, shape: [Int]
  ) throws -> ArrayWriter {
    let node = SegmentNode.relevance
    try root.createDataset(node + "/sample_id", of: .int64, shape: [sampleIDs.count])
      .write(sampleIDs)
    try root.createDataset(node + "/scale", of: .float32, shape: [scales.count]).write(scales)
    return try array(
      node + "/values", shape: [sampleIDs.count] + shape, as: .f16,
      row: PlannedRow(tier: .relevance, key: key, node: node, type: .f16))
  }

  private func layerArray(
    _ tier: Tier, _ name: String, _ layer: String, _ key: String, shape: [Int],
    as type: StoredType, codec: ArrayCodec = .deflate
  ) throws -> ArrayWriter {
    let node = SegmentNode.layer(layer, name)
    return try array(
      node, shape: shape, as: type,
      row: PlannedRow(tier: tier, key: key, node: node, type: type, codec: codec))
  }

  private func array(
    _ node: String, shape: [Int], as type: StoredType, row: PlannedRow?,
    countedAs tier: Tier? = nil
  ) throws -> ArrayWriter {
    let dataset = try root.createDataset(
      node, of: type.element, shape: shape,
      storage: ChunkShape.storage(of: shape, type.element, row?.tier, row?.codec ?? .deflate))
    // The range of each sample's channels, by which u8 maps are scaled back.
    let ranges =
      type == .u8 && row?.tier == .maps
      ? try root.createDataset(
        node + "_range", of: .float32, shape: [shape[0], shape[1], 2]) : nil
    if let row { rows.append(row) }
    let writer = try ArrayWriter(
      dataset: dataset, ranges: ranges, type: type, tier: tier ?? row?.tier, key: row?.key,
      threads: threads)
    arrays.append(writer)
    return writer
  }

  /// Checks that every array is whole; returns the rows that will name them.
  func finish() throws -> [ArrayRow] {
    try file.flush()
    for array in arrays { try array.checkComplete() }
    return try rows.map { row in
      let parts = arrays.filter { $0.tier == row.tier && ($0.key == row.key || $0.key == nil) }
      let bytes = try parts.reduce(row.named?.bytes ?? 0) { try $0 + $1.storedBytes() }
      return ArrayRow(row: row, bytes: bytes)
    }
  }
}
