internal import CHDF5

/// How the elements of a dataset lie in the file.
public struct HDF5Storage: Sendable, Equatable {
  /// The extent of a chunk, outermost dimension first; nil = one contiguous block.
  public let chunk: [Int]?
  /// What is done to the bytes of each chunk.
  public let codec: HDF5Codec

  /// One block, uncompressed.
  public static let contiguous = HDF5Storage(chunk: nil, codec: .none)

  /// Chunks that are read and written as a whole.
  ///
  /// - Parameters:
  ///   - chunk: The extent of a chunk in each dimension.
  ///   - codec: What is done to its bytes.
  /// - Returns: The storage.
  public static func chunked(_ chunk: [Int], _ codec: HDF5Codec) -> HDF5Storage {
    HDF5Storage(chunk: chunk, codec: codec)
  }

  /// Chunks that every HDF5 program reads.
  ///
  /// - Parameters:
  ///   - chunk: The extent of a chunk in each dimension.
  ///   - deflate: The level of deflate, 1 to 9; nil = none.
  ///   - shuffle: Whether bytes are regrouped before deflate.
  /// - Returns: The storage.
  public static func chunked(
    _ chunk: [Int], deflate: Int? = 1, shuffle: Bool = true
  ) -> HDF5Storage {
    HDF5Storage(chunk: chunk, codec: deflate.map { .deflate(level: $0, shuffle: shuffle) } ?? .none)
  }

  /// Why the storage cannot hold a dataset of a shape; nil if it can.
  func misfit(shape: [Int], elementSize: Int) -> String? {
    guard (1...32).contains(shape.count) else { return "\(shape.count) dimensions" }
    guard shape.allSatisfy({ $0 >= 0 }) else { return "a negative extent in \(shape)" }
    guard elementCount(shape) != nil else { return "the shape \(shape) is too large" }
    guard let chunk else { return nil }
    guard chunk.count == shape.count, let size = elementCount(chunk), size > 0, size < 1 << 29,
      zip(chunk, shape).allSatisfy({ $0 <= $1 })
    else { return "chunks of \(chunk) do not fit the shape \(shape)" }
    return codec.misfit(elementSize: elementSize)
  }

  func creationProperties(
    elementSize: Int, _ place: Place, _ action: String
  ) throws(HDF5Error) -> Handle {
    let creation = try place.handle(
      action, H5Pcreate(lethe_h5_dataset_create()), close: H5Pclose)
    // No time stamps: the same contents are the same bytes.
    try place.check(action, H5Pset_obj_track_times(creation.id, false))
    guard let chunk else { return creation }
    try place.check(
      action, H5Pset_chunk(creation.id, Int32(chunk.count), chunk.map { hsize_t($0) }))
    try codec.add(to: creation.id, elementSize: elementSize, place, action)
    return creation
  }
}

/// The number of elements of a shape; nil if an extent is negative or the product overflows.
func elementCount(_ shape: [Int]) -> Int? {
  var count = 1
  for extent in shape {
    let (product, overflow) = count.multipliedReportingOverflow(by: extent)
    guard extent >= 0, !overflow else { return nil }
    count = product
  }
  return count
}
