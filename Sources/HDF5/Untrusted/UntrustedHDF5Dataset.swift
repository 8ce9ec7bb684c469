/// A dataset of numbers of a file that is not trusted.
public struct UntrustedHDF5Dataset {
  /// The extent of each dimension, outermost first; empty for a scalar.
  public let shape: [Int]
  /// The absolute path.
  public let path: String
  private let file: UntrustedHDF5File
  private let format: ElementFormat
  private let place: Place

  private enum Place {
    case file(address: Int, size: Int)
    case header([UInt8])
    case chunks(ChunkedElements)
  }

  init(file: UntrustedHDF5File, address: Int, path: String) throws(HDF5Error) {
    func problem(_ reason: String) -> HDF5Error { file.error("open the dataset", path, reason) }
    let header = try ObjectHeader(file, at: address, path: path)
    guard let space = header.message(.dataspace), let type = header.message(.datatype),
      let layout = header.message(.layout), let shape = ElementFormat.shape(space)
    else { throw problem("it is no dataset, or damaged") }
    guard let format = ElementFormat(type) else { throw problem("it holds no numbers") }
    guard !header.messages.contains(where: { $0.kind == .externalFiles }) else {
      throw problem("its elements lie in other files")
    }
    let filters = try Self.filters(header, problem)
    guard layout.count >= 4, layout[0] == 3, layout[1] == 2 || filters.filters.isEmpty else {
      throw problem("its elements are laid out in a form that is not known here")
    }
    switch layout[1] {
    case 0:
      guard let size = layout.short(2), let bytes = layout.part(4, size) else {
        throw problem("its elements are cut off")
      }
      place = .header(bytes)
    case 1:
      guard let size = layout.address(10) else { throw problem("its size makes no sense") }
      // An address of all ones says that nothing has been written.
      place = .file(address: layout.address(2) ?? file.size, size: size)
    case 2:
      guard
        let chunks = ChunkedElements(
          layout, rank: shape.count, elementSize: format.size, filters: filters)
      else { throw problem("its chunks make no sense") }
      place = .chunks(chunks)
    default: throw problem("its elements are put together from other datasets")
    }
    self.shape = shape
    self.path = path
    self.file = file
    self.format = format
  }

  private static func filters(
    _ header: ObjectHeader, _ problem: (String) -> HDF5Error
  ) throws(HDF5Error) -> FilterPipeline {
    guard header.messages.contains(where: { $0.kind == .filters }) else { return .none }
    guard let message = header.message(.filters), let filters = FilterPipeline(message) else {
      throw problem("what says how it is packed is damaged")
    }
    return filters
  }

  /// The number of elements.
  public var count: Int { elementCount(shape) ?? 0 }

  /// All elements as numbers of single precision, the last dimension running fastest.
  ///
  /// - Throws: `HDF5Error` if the file does not hold as many.
  public func floats() throws(HDF5Error) -> [Float] {
    let (size, overflows) = count.multipliedReportingOverflow(by: format.size)
    guard !overflows else { throw problem("\(count) elements are too many") }
    let bytes: [UInt8]
    switch place {
    case .header(let held):
      guard held.count >= size else { throw problem("its elements are cut off") }
      bytes = held
    case .file(let address, let held):
      guard size <= held, let read = size == 0 ? [] : file.data(at: address, count: size) else {
        throw problem("it claims \(count) elements, which the file does not hold")
      }
      bytes = read
    case .chunks(let chunks): bytes = try chunks.bytes(of: shape, in: file, path: path)
    }
    return try numbers(bytes)
  }

  private func numbers(_ bytes: [UInt8]) throws(HDF5Error) -> [Float] {
    if format == .floating(size: 4, isHalfOfSingle: false, isBigEndian: false) {
      return bytes.withUnsafeBytes { raw in
        (0..<count).map {
          Float(
            bitPattern: UInt32(
              littleEndian: raw.loadUnaligned(fromByteOffset: 4 * $0, as: UInt32.self)))
        }
      }
    }
    var values: [Float] = []
    values.reserveCapacity(count)
    for index in 0..<count {
      guard let pattern = bytes.number(index * format.size, size: format.size),
        let value = format.number(pattern)
      else { throw problem("it holds no numbers") }
      values.append(value)
    }
    return values
  }

  private func problem(_ reason: String) -> HDF5Error {
    file.error("read the dataset", path, reason)
  }
}
