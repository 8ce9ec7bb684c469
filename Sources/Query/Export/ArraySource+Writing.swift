internal import Warehouse

extension ArraySource {
  /// About how many bytes are read at a time.
  private static let batchBytes = 1 << 25

  /// Writes the rows of the positions, in their order, after what stands before them in the file.
  ///
  /// - Parameters:
  ///   - positions: Of the samples, at least one.
  ///   - store: The warehouse.
  ///   - sink: Takes the bytes.
  ///   - begin: Gets the type and the shape before the first row.
  /// - Returns: The shape, and of masks how many samples have one.
  /// - Throws: `WarehouseError` if something is not stored, what `sink` throws.
  func write(
    _ positions: [Int], of store: Store, to sink: @escaping ByteSink,
    begin: @escaping (NPYHeader.Element, [Int]) throws -> Void
  ) throws -> (shape: [Int], masked: Int?) {
    let output = Output(sink: sink, begin: begin)
    return switch content {
    case .maps: (try writeFloats(.maps, positions, of: store, to: output), nil)
    case .pooled: (try writeFloats(.pooled, positions, of: store, to: output), nil)
    case .inputs: (try writeInputs(positions, of: store, to: output), nil)
    case .mask(let au): try writeMasks(au, positions, of: store, to: output)
    case .relevance: (try writeRelevance(positions, of: store, to: output), nil)
    }
  }

  /// Where rows go.
  private struct Output {
    let sink: ByteSink
    let begin: (NPYHeader.Element, [Int]) throws -> Void
  }

  private func writeRelevance(
    _ positions: [Int], of store: Store, to sink: Output
  ) throws -> [Int] {
    let shape = try KeptRelevance.rowShape(
      of: model, dataset: datasetID, position: positions[0], in: store)
    return try inBatches(positions, .float32, to: sink) { batch in
      let values = try KeptRelevance.values(
        key: key, dataset: datasetID, positions: batch, size: shape.reduce(1, *), in: store)
      return (shape, littleEndian(values))
    }
  }

  private func writeFloats(
    _ tier: Tier, _ positions: [Int], of store: Store, to sink: Output
  ) throws -> [Int] {
    try inBatches(positions, .float32, to: sink) { batch in
      let rows = try store.read(key: key, tier: tier, dataset: datasetID, positions: batch)
      return (rows.rowShape, littleEndian(rows.values))
    }
  }

  private func writeInputs(_ positions: [Int], of store: Store, to sink: Output) throws -> [Int] {
    try inBatches(positions, .uint8, to: sink) { batch in
      let rows = try store.readBytes(
        key: key, tier: .inputs, dataset: datasetID, positions: batch)
      guard rows.rowShape.count == 3 else { return (rows.rowShape, rows.values) }
      let (height, width, channels) = (rows.rowShape[0], rows.rowShape[1], rows.rowShape[2])
      return (
        [channels, height, width],
        ChannelOrder.first(rows.values, pixels: height * width, channels: channels)
      )
    }
  }

  private func writeMasks(
    _ au: Int, _ positions: [Int], of store: Store, to sink: Output
  ) throws -> (shape: [Int], masked: Int?) {
    // Height and width of the input: of a batch without a mask there is no other way to know.
    let first = try store.readBytes(
      key: key, tier: .inputs, dataset: datasetID, positions: [positions[0]])
    let shape = Array(first.rowShape.prefix(2))
    let pixels = shape.reduce(1, *)
    var masked = 0
    let written = try inBatches(positions, .uint8, to: sink) { batch in
      var values = [UInt8](repeating: 0, count: batch.count * pixels)
      for range in PositionRuns.ranges(of: batch) {
        let masks = try store.readMasks(
          inputKey: key, dataset: datasetID, au: au, kind: .mask,
          positions: batch[range.lowerBound]..<batch[range.upperBound - 1] + 1)
        guard masks.positions.isEmpty || masks.rowShape == shape else {
          throw QueryError.failed(
            "masks of AU\(au) are \(masks.rowShape) pixels and the inputs \(shape): run lethe verify"
          )
        }
        masked += masks.positions.count
        for (row, position) in masks.positions.enumerated() {
          let target = (range.lowerBound + position - batch[range.lowerBound]) * pixels
          values.replaceSubrange(
            target..<target + pixels, with: masks.values[row * pixels..<(row + 1) * pixels])
        }
      }
      return (shape, values)
    }
    return (written, masked)
  }

  /// Reads and writes batches of rows; the first one tells the shape of a row.
  private func inBatches(
    _ positions: [Int], _ element: NPYHeader.Element, to sink: Output,
    _ read: ([Int]) throws -> (rowShape: [Int], bytes: [UInt8])
  ) throws -> [Int] {
    let (rowShape, bytes) = try read([positions[0]])
    try sink.begin(element, [positions.count] + rowShape)
    try sink.sink(bytes)
    let rows = max(1, ArraySource.batchBytes / max(1, bytes.count))
    var next = 1
    while next < positions.count {
      let end = min(positions.count, next + rows)
      let batch = try read(Array(positions[next..<end]))
      guard batch.rowShape == rowShape else {
        throw QueryError.failed(
          "\(name) of \(dataset) has rows of \(rowShape) and of \(batch.rowShape): run lethe verify"
        )
      }
      try sink.sink(batch.bytes)
      next = end
    }
    return [positions.count] + rowShape
  }

  private func littleEndian(_ values: [Float]) -> [UInt8] {
    LittleEndian.bytes(values.map(\.bitPattern))
  }
}
