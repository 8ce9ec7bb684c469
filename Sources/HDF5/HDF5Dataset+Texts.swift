internal import CHDF5

extension HDF5Dataset {
  /// Reads all texts of a dataset of one dimension, of fixed or variable length.
  ///
  /// - Parameter limit: The most texts, and the most bytes of each that has a fixed length.
  /// - Returns: The texts in order; bytes that are no UTF-8 are repaired.
  /// - Throws: `HDF5Error` if it holds no texts, more than `limit`, or cannot be read.
  public func readTexts(limit: Int = 10_000_000) throws(HDF5Error) -> [String] {
    let place = object.place
    let action = "read the texts"
    guard shape.count == 1, count <= limit else {
      throw place.error(action, "its shape \(shape) is no list of at most \(limit) texts")
    }
    let count = count
    guard count > 0 else { return [] }
    return try locked { () throws(HDF5Error) -> [String] in
      let id = try object.openID(action)
      let type = try place.handle(action, H5Dget_type(id), close: H5Tclose)
      guard H5Tget_class(type.id) == H5T_STRING else {
        throw place.error(action, "it holds no texts")
      }
      if try place.check(action, H5Tis_variable_str(type.id)) > 0 {
        var pointers = [UnsafeMutablePointer<CChar>?](repeating: nil, count: count)
        try place.check(action, H5Dread(id, type.id, wholeSpace, wholeSpace, defaults, &pointers))
        defer { for pointer in pointers { H5free_memory(pointer) } }
        return pointers.map { $0.map { String(cString: $0) } ?? "" }
      }
      let size = H5Tget_size(type.id)
      guard size > 0, size <= 1 << 16, count <= (1 << 30) / size else {
        throw place.error(action, "\(count) texts of \(size) bytes are too many")
      }
      var bytes = [UInt8](repeating: 0, count: count * size)
      try place.check(action, H5Dread(id, type.id, wholeSpace, wholeSpace, defaults, &bytes))
      return (0..<count).map { index in
        String(decoding: bytes[index * size..<(index + 1) * size].prefix { $0 != 0 }, as: UTF8.self)
      }
    }
  }
}
