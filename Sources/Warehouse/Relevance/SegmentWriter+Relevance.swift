internal import HDF5

extension SegmentWriter {
  /// Stores relevance maps: `/relevance/{sample_id, scale, values}`, values float16 [m, C, H, W].
  ///
  /// Relevance is values × scale, the scale being the largest magnitude of the sample's map (1 where
  /// that is 0): so its smallest parts keep what half precision holds.
  ///
  /// - Parameters:
  ///   - maps: In order of their samples' positions.
  ///   - key: The digest that they are stored under.
  ///   - shape: C, H and W.
  /// - Throws: `WarehouseError` if a number is not finite, `HDF5Error` if the file cannot be written.
  func relevance(_ maps: [RelevanceMap], key: String, shape: [Int]) throws {
    let scales = maps.map { map -> Float in
      let largest = map.values.reduce(0) { max($0, abs($1)) }
      return largest > 0 ? largest : 1
    }
    let writer = try relevanceArrays(
      sampleIDs: maps.map(\.sample), scales: scales, key: key, shape: shape)
    for (row, map) in maps.enumerated() {
      guard map.values.allSatisfy(\.isFinite) else {
        throw WarehouseError(
          .invalid, "sample \(map.sample)", "its relevance is not finite everywhere")
      }
      try writer.write(map.values.map { $0 / scales[row] }, at: row)
    }
  }
}
