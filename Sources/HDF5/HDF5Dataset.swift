internal import CHDF5

/// A dataset of a file: an array of numbers of one type.
public final class HDF5Dataset {
  let object: ObjectReference
  /// The extent of each dimension, outermost first; empty for a scalar.
  public let shape: [Int]
  /// The type of the elements; nil if it is none of this module's (reading converts numbers).
  public let elementType: HDF5ElementType?
  /// The extent of a chunk; nil if the dataset is not chunked.
  public let chunk: [Int]?
  /// What is done to the bytes of its chunks; nil if it is none of this module's codecs.
  public let codec: HDF5Codec?
  /// Whether the elements are numbers, so that they can be read.
  let isNumeric: Bool
  /// Whether the elements lie in the file as they do in memory, little-endian.
  let isPlain: Bool

  init(_ object: ObjectReference) throws(HDF5Error) {
    self.object = object
    let place = object.place
    let action = "open the dataset"
    let facts = try locked { () throws(HDF5Error) -> Facts in
      let id = try object.openID(action)
      let space = try place.handle(action, H5Dget_space(id), close: H5Sclose)
      let rank = Int(try place.check(action, H5Sget_simple_extent_ndims(space.id)))
      var extent = [hsize_t](repeating: 0, count: max(rank, 1))
      try place.check(action, H5Sget_simple_extent_dims(space.id, &extent, nil))
      let type = try place.handle(action, H5Dget_type(id), close: H5Tclose)
      let kind = H5Tget_class(type.id)
      let creation = try place.handle(action, H5Dget_create_plist(id), close: H5Pclose)
      // Elements in other files would be read from paths that the file's maker chose.
      guard H5Pget_layout(creation.id) != H5D_VIRTUAL,
        H5Pget_layout(creation.id) != H5D_CONTIGUOUS || H5Pget_external_count(creation.id) == 0
      else { throw place.error(action, "its elements lie in other files") }
      var chunk: [hsize_t]?
      if H5Pget_layout(creation.id) == H5D_CHUNKED {
        var sides = [hsize_t](repeating: 0, count: max(rank, 1))
        try place.check(action, H5Pget_chunk(creation.id, Int32(rank), &sides))
        chunk = sides
      }
      let codec = try HDF5Codec.reading(
        creation.id, elementSize: H5Tget_size(type.id), place, action)
      let elementType = HDF5ElementType.matching(type.id)
      var isPlain = false
      if let elementType {
        let memory = try place.handle(action, elementType.makeType(), close: H5Tclose)
        isPlain = H5Tequal(type.id, memory.id) > 0
      }
      return Facts(
        extent: Array(extent.prefix(rank)), chunk: chunk, codec: codec, type: elementType,
        isNumeric: kind == H5T_INTEGER || kind == H5T_FLOAT, isPlain: isPlain)
    }
    let shape = facts.extent.map { Int(clamping: $0) }
    guard elementCount(shape) != nil else {
      throw place.error(action, "its shape \(shape) is too large")
    }
    self.shape = shape
    elementType = facts.type
    chunk = facts.chunk.map { $0.map { Int(clamping: $0) } }
    codec = facts.codec
    isNumeric = facts.isNumeric
    isPlain = facts.isPlain
  }

  /// The absolute path.
  public var path: String { object.path }

  /// The dataset's attributes.
  public var attributes: HDF5Attributes { HDF5Attributes(object: object) }

  /// The number of elements.
  public var count: Int { elementCount(shape) ?? 0 }

  /// The bytes that the elements take in the file, after compression.
  ///
  /// Chunks that still wait in memory are not counted: flush the file first.
  public func storedBytes() throws(HDF5Error) -> Int {
    try locked { () throws(HDF5Error) -> Int in
      Int(clamping: H5Dget_storage_size(try object.openID("measure the dataset")))
    }
  }

  private struct Facts: Sendable {
    let extent: [hsize_t]
    let chunk: [hsize_t]?
    let codec: HDF5Codec?
    let type: HDF5ElementType?
    let isNumeric: Bool
    let isPlain: Bool
  }
}
