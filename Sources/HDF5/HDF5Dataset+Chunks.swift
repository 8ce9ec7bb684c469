internal import CHDF5

extension HDF5Dataset {
  /// Writes a chunk as it shall stand in the file, past the filters.
  ///
  /// - Parameters:
  ///   - chunk: The bytes.
  ///   - offset: The index of its first element in each dimension.
  /// - Throws: `HDF5Error` if the file cannot be written.
  func writeChunk(_ chunk: EncodedChunk, at offset: [Int]) throws(HDF5Error) {
    try locked { () throws(HDF5Error) -> Void in
      let action = "write to the dataset"
      let id = try object.openID(action)
      try object.place.check(
        action,
        H5Dwrite_chunk(
          id, defaults, chunk.skippedFilters, offset.map { hsize_t($0) }, chunk.bytes.count,
          chunk.bytes))
    }
  }
}
