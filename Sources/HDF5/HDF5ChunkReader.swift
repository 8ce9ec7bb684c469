internal import CHDF5
internal import Dispatch
internal import Synchronization

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
    guard dataset.chunk != nil, dataset.codec != nil, dataset.elementType == .float32 else {
      return false
    }
    let isLittleEndian = try? locked { () throws(HDF5Error) -> Bool in
      let action = "read the dataset"
      let id = try dataset.object.openID(action)
      let type = try dataset.object.place.handle(action, H5Dget_type(id), close: H5Tclose)
      return H5Tget_order(type.id) == H5T_ORDER_LE
    }
    return isLittleEndian ?? false
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
    // The datasets' calls take the lock of the library; each chunk is written by one thread.
    nonisolated(unsafe) let places = places
    let next = Atomic<Int>(0)
    let failure = Mutex<HDF5Error?>(nil)
    var chunks = [[Float]](repeating: [], count: places.count)
    chunks.withUnsafeMutableBufferPointer { chunks in
      nonisolated(unsafe) let chunks = chunks
      DispatchQueue.concurrentPerform(iterations: max(1, min(threads, places.count))) { _ in
        while true {
          let index = next.wrappingAdd(1, ordering: .relaxed).oldValue
          guard index < places.count, failure.withLock({ $0 == nil }) else { return }
          do throws(HDF5Error) {
            chunks[index] = try chunk(places[index])
          } catch {
            failure.withLock { $0 = $0 ?? error }
          }
        }
      }
    }
    if let error = failure.withLock({ $0 }) { throw error }
    return chunks
  }

  private static func chunk(_ place: HDF5ChunkPlace) throws(HDF5Error) -> [Float] {
    let dataset = place.dataset
    let action = "read a chunk"
    guard let shape = dataset.chunk, let codec = dataset.codec, dataset.elementType == .float32,
      let count = elementCount(shape), place.offset.count == shape.count
    else { throw dataset.object.place.error(action, "it is not stored in chunks of float32") }
    // Deflate makes what it cannot pack a little longer.
    let limit = 4 * count + count / 2 + 1_024
    guard let stored = try dataset.readChunk(at: place.offset, limit: limit) else {
      throw dataset.object.place.error(action, "there is no chunk at \(place.offset)")
    }
    var decoder = ChunkDecoder(codec, elementSize: 4)
    var isWhole = true
    let elements = [Float](unsafeUninitializedCapacity: count) { buffer, initialized in
      isWhole = decoder.decode(stored, into: UnsafeMutableRawBufferPointer(buffer))
      initialized = isWhole ? count : 0
    }
    guard isWhole else {
      throw dataset.object.place.error(action, "the chunk at \(place.offset) is damaged")
    }
    return elements
  }
}
