/// A chunk of a dataset, by the index of its first element in each dimension.
public struct HDF5ChunkPlace {
  let dataset: HDF5Dataset
  let offset: [Int]

  /// The chunk of a dataset that begins at an index.
  public init(_ dataset: HDF5Dataset, at offset: [Int]) {
    (self.dataset, self.offset) = (dataset, offset)
  }
}

/// Reads whole chunks, unpacking several at a time.
public enum HDF5ChunkReader {
  /// Whether the chunks of a dataset can be read: it has some, packed by a codec of this module, and
  /// its elements are float32, little-endian.
  public static func canRead(_ dataset: HDF5Dataset) -> Bool {
    dataset.chunk != nil && dataset.codec != nil && dataset.isPlain
      && dataset.elementType == .float32
  }

  /// Reads chunks of float32; the datasets may lie in different files.
  ///
  /// One call at a time is in the library, for the bytes as they are stored; they are unpacked
  /// outside it, on all threads. The result does not depend on their number.
  ///
  /// - Parameters:
  ///   - places: The chunks; of each dataset `canRead` must be true.
  ///   - threads: How many chunks are unpacked at a time.
  /// - Returns: The elements of each chunk, the last dimension running fastest; beyond the dataset's
  ///   end they are whatever was stored.
  /// - Throws: `HDF5Error` if a file cannot be read, or a chunk is damaged or was never written.
  public static func read(
    _ places: [HDF5ChunkPlace], threads: Int
  ) throws(HDF5Error) -> [[Float]] {
    for place in places {
      guard canRead(place.dataset), place.offset.count == place.dataset.chunk?.count else {
        throw place.dataset.object.place.error(
          "read a chunk", "it is not stored in chunks of float32")
      }
    }
    let turns = ChunkTurns(places.count)
    // The datasets' calls take the lock of the library; each chunk is written by one thread.
    nonisolated(unsafe) let places = places
    var chunks = [[Float]](repeating: [], count: places.count)
    try chunks.withUnsafeMutableBufferPointer { chunks throws(HDF5Error) in
      nonisolated(unsafe) let chunks = chunks
      try turns.run(threads: threads) {
        while let number = turns.take() {
          if let chunk = chunk(places[number], turns) { chunks[number] = chunk }
        }
      }
    }
    if let missing = turns.missing { throw missing }
    return chunks
  }

  /// The elements of a chunk; nil if it cannot be read.
  private static func chunk(_ place: HDF5ChunkPlace, _ turns: ChunkTurns) -> [Float]? {
    guard let shape = place.dataset.chunk, let codec = place.dataset.codec,
      let count = elementCount(shape)
    else { return nil }
    var decoder = ChunkDecoder(codec, elementSize: 4)
    var isRead = false
    let elements = [Float](unsafeUninitializedCapacity: count) { buffer, initialized in
      isRead = turns.read(
        place.dataset, at: place.offset, by: &decoder,
        into: UnsafeMutableRawBufferPointer(
          UnsafeMutableBufferPointer(rebasing: buffer[..<count])))
      initialized = isRead ? count : 0
    }
    return isRead ? elements : nil
  }
}
