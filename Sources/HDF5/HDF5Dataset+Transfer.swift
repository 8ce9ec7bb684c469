internal import CHDF5

extension HDF5Dataset {
  /// Writes a box of elements.
  ///
  /// - Parameters:
  ///   - values: The elements, the last dimension running fastest; as many as the box holds.
  ///   - start: The first index in each dimension.
  ///   - count: The extent of the box in each dimension.
  /// - Throws: `HDF5Error` if the box does not lie within the dataset, `values` does not fill it,
  ///   or the file cannot be written.
  public func write<Element: HDF5Element>(
    _ values: UnsafeBufferPointer<Element>, at start: [Int], count: [Int]
  ) throws(HDF5Error) {
    try write(UnsafeRawBufferPointer(values), Element.elementType, at: start, count: count)
  }

  /// Writes a box of elements from an array, as from a buffer.
  public func write<Element: HDF5Element>(
    _ values: [Element], at start: [Int], count: [Int]
  ) throws(HDF5Error) {
    try values.withUnsafeBufferPointer { (elements) throws(HDF5Error) in
      try write(elements, at: start, count: count)
    }
  }

  private func write(
    _ bytes: UnsafeRawBufferPointer, _ type: HDF5ElementType, at start: [Int], count: [Int]
  ) throws(HDF5Error) {
    let action = "write to the dataset"
    let total = try checkedBox(action, start: start, count: count)
    guard bytes.count == total * type.size else {
      throw object.place.error(
        action, "\(bytes.count / type.size) values for a box of \(total)")
    }
    guard total > 0 else { return }
    try transfer(action, start: start, count: count, type: type) { ids in
      H5Dwrite(ids.dataset, ids.type, ids.memory, ids.file, defaults, bytes.baseAddress)
    }
  }

  /// Writes all elements.
  public func write<Element: HDF5Element>(_ values: [Element]) throws(HDF5Error) {
    try write(values, at: shape.map { _ in 0 }, count: shape)
  }

  /// Reads a box of elements, converted to `Element` if the file holds another number type.
  ///
  /// - Parameters:
  ///   - type: The type to read as.
  ///   - start: The first index in each dimension.
  ///   - count: The extent of the box in each dimension.
  /// - Returns: The elements, the last dimension running fastest.
  /// - Throws: `HDF5Error` if the box does not lie within the dataset, the dataset holds no numbers
  ///   or the file cannot be read.
  public func read<Element: HDF5Element>(
    _ type: Element.Type, at start: [Int], count: [Int]
  ) throws(HDF5Error) -> [Element] {
    let total = try checkedBox("read the dataset", start: start, count: count)
    // Zeros by the byte: a generic array of zeros would be filled element by element.
    var values = [Element](unsafeUninitializedCapacity: total) { buffer, filled in
      UnsafeMutableRawBufferPointer(buffer).initializeMemory(as: UInt8.self, repeating: 0)
      filled = total
    }
    try read(into: &values, offset: 0, at: start, count: count)
    return values
  }

  /// Reads a box of elements into a part of an array that is there already.
  ///
  /// - Parameters:
  ///   - values: Receives the elements.
  ///   - offset: Where in `values` the first one goes.
  ///   - start: The first index in each dimension.
  ///   - count: The extent of the box in each dimension.
  /// - Throws: `HDF5Error` as `read(_:at:count:)`, or if `values` is too short.
  public func read<Element: HDF5Element>(
    into values: inout [Element], offset: Int, at start: [Int], count: [Int]
  ) throws(HDF5Error) {
    let action = "read the dataset"
    let total = try checkedBox(action, start: start, count: count)
    guard isNumeric else { throw object.place.error(action, "it holds no numbers") }
    guard offset >= 0, offset <= values.count, values.count - offset >= total else {
      throw object.place.error(action, "\(values.count - offset) places for a box of \(total)")
    }
    guard total > 0 else { return }
    try transfer(action, start: start, count: count, type: Element.elementType) { ids in
      values.withUnsafeMutableBytes {
        H5Dread(
          ids.dataset, ids.type, ids.memory, ids.file, defaults,
          $0.baseAddress?.advanced(by: offset * MemoryLayout<Element>.stride))
      }
    }
  }

  /// Reads all elements.
  ///
  /// - Parameters:
  ///   - type: The type to read as.
  ///   - limit: The most elements to expect: a file's word alone must not fill the memory.
  /// - Returns: The elements, the last dimension running fastest.
  /// - Throws: `HDF5Error` if there are more than `limit` or they cannot be read.
  public func readAll<Element: HDF5Element>(
    _ type: Element.Type, limit: Int = 1 << 28
  ) throws(HDF5Error) -> [Element] {
    guard count <= limit else {
      throw object.place.error("read the dataset", "\(count) elements are more than \(limit)")
    }
    return try read(type, at: shape.map { _ in 0 }, count: shape)
  }

  private struct TransferIDs {
    let dataset: hid_t
    let type: hid_t
    let memory: hid_t
    let file: hid_t
  }

  private func transfer(
    _ action: String, start: [Int], count: [Int], type: HDF5ElementType,
    _ body: (TransferIDs) -> herr_t
  ) throws(HDF5Error) {
    let place = object.place
    try locked { () throws(HDF5Error) -> Void in
      let id = try object.openID(action)
      let element = try place.handle(action, type.makeType(), close: H5Tclose)
      let space = try place.handle(action, H5Dget_space(id), close: H5Sclose)
      guard !shape.isEmpty else {
        try place.check(
          action,
          body(
            TransferIDs(dataset: id, type: element.id, memory: wholeSpace, file: wholeSpace)))
        return
      }
      let box = count.map { hsize_t($0) }
      try place.check(
        action,
        H5Sselect_hyperslab(space.id, H5S_SELECT_SET, start.map { hsize_t($0) }, nil, box, nil))
      let memory = try place.handle(
        action, H5Screate_simple(Int32(box.count), box, nil), close: H5Sclose)
      try place.check(
        action,
        body(TransferIDs(dataset: id, type: element.id, memory: memory.id, file: space.id)))
    }
  }

  /// The number of elements of a box that lies within the dataset.
  func checkedBox(
    _ action: String, start: [Int], count: [Int]
  ) throws(HDF5Error) -> Int {
    guard start.count == shape.count, count.count == shape.count,
      zip(start, zip(count, shape)).allSatisfy({ start, box in
        start >= 0 && box.0 >= 0 && start <= box.1 && box.0 <= box.1 - start
      }), let total = elementCount(count)
    else {
      throw object.place.error(
        action, "a box of \(count) at \(start) does not lie within the shape \(shape)")
    }
    return total
  }
}
