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

  /// Reads a chunk as it stands in the file, past the filters.
  ///
  /// - Parameters:
  ///   - offset: The index of its first element in each dimension.
  ///   - limit: The most bytes to expect.
  /// - Returns: The chunk; nil if it was never written or cannot be found.
  /// - Throws: `HDF5Error` if it is longer or cannot be read.
  func readChunk(at offset: [Int], limit: Int) throws(HDF5Error) -> EncodedChunk? {
    let action = "read the dataset"
    let place = object.place
    return try locked { () throws(HDF5Error) -> EncodedChunk? in
      let id = try object.openID(action)
      let start = offset.map { hsize_t($0) }
      var size: hsize_t = 0
      // The library also fails where there is no such chunk.
      guard H5Dget_chunk_storage_size(id, start, &size) >= 0, size > 0 else { return nil }
      guard size <= hsize_t(limit) else {
        throw place.error(action, "a chunk of \(size) bytes")
      }
      var skipped: UInt32 = 0
      var status: herr_t = 0
      let bytes = [UInt8](unsafeUninitializedCapacity: Int(size)) { buffer, count in
        status = H5Dread_chunk(id, defaults, start, &skipped, buffer.baseAddress)
        count = status >= 0 ? Int(size) : 0
      }
      try place.check(action, status)
      return EncodedChunk(bytes: bytes, skippedFilters: skipped)
    }
  }
}
