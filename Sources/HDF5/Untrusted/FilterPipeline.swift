/// What was done to the chunks of a dataset when they were written, in that order.
struct FilterPipeline {
  /// A step of packing that can be undone here.
  enum Filter: Equatable {
    /// zlib.
    case deflate
    /// The first bytes of all elements, then the second ones, and so on.
    case shuffle(elementSize: Int)
    /// A checksum behind the bytes.
    case fletcher32
    /// LZF, which h5py brings along.
    case lzf
    /// Another one, by its name.
    case unknown(String)
  }

  let filters: [Filter]

  private static let names = [4: "szip", 5: "nbit", 6: "scale-offset"]

  /// No filters at all.
  static let none = FilterPipeline(filters: [])

  private init(filters: [Filter]) { self.filters = filters }

  /// The pipeline that a message describes; nil if it makes no sense.
  init?(_ bytes: [UInt8]) {
    guard bytes.count >= 2, bytes[0] == 1 || bytes[0] == 2, bytes[1] <= 32 else { return nil }
    let isFirstVersion = bytes[0] == 1
    var offset = isFirstVersion ? 8 : 2
    var filters: [Filter] = []
    for _ in 0..<bytes[1] {
      guard let identifier = bytes.short(offset) else { return nil }
      // Version 2 leaves out the names of the format's own filters.
      let hasName = isFirstVersion || identifier >= 256
      offset += hasName ? 4 : 2
      guard let nameSize = hasName ? bytes.short(offset - 2) : 0,
        let valueCount = bytes.short(offset + 2)
      else { return nil }
      offset += 4 + nameSize
      let size = 4 * (valueCount + (isFirstVersion ? valueCount % 2 : 0))
      guard let values = bytes.part(offset, 4 * valueCount) else { return nil }
      offset += size
      switch identifier {
      case 1: filters.append(.deflate)
      case 2:
        guard let elementSize = values.word(0), elementSize > 0 else { return nil }
        filters.append(.shuffle(elementSize: elementSize))
      case 3: filters.append(.fletcher32)
      case 32_000: filters.append(.lzf)
      default: filters.append(.unknown(Self.names[identifier] ?? "filter \(identifier)"))
      }
    }
    self.filters = filters
  }

  /// Undoes the filters over a chunk.
  ///
  /// - Parameters:
  ///   - stored: The chunk as the file has it.
  ///   - skipped: The filters that were left out of this chunk, one bit each.
  ///   - size: The bytes of a whole chunk.
  ///   - inflate: What unpacks zlib data.
  /// - Returns: As many bytes as asked for; nil if the chunk is damaged.
  func unpacked(
    _ stored: [UInt8], skipped: Int, size: Int, inflate: UntrustedHDF5File.Inflate?
  ) -> [UInt8]? {
    var bytes = stored
    for (index, filter) in filters.enumerated().reversed() where skipped >> index & 1 == 0 {
      // Checksums lie behind the elements, and may be packed with them.
      let limit = size + 4 * filters.count
      let result: [UInt8]? =
        switch filter {
        case .deflate: inflate?(bytes[...], limit)
        case .shuffle(let elementSize): Self.unshuffled(bytes, elementSize)
        case .fletcher32: Self.checked(bytes)
        case .lzf: LZF.unpacked(bytes, limit: limit)
        case .unknown: nil
        }
      guard let result else { return nil }
      bytes = result
    }
    return bytes.count == size ? bytes : nil
  }

  private static func unshuffled(_ bytes: [UInt8], _ elementSize: Int) -> [UInt8] {
    let count = bytes.count / elementSize
    guard elementSize > 1, count > 1 else { return bytes }
    // What is too short for an element stands at the end as it is.
    var result = bytes
    for byte in 0..<elementSize {
      for element in 0..<count {
        result[element * elementSize + byte] = bytes[byte * count + element]
      }
    }
    return result
  }

  /// The bytes before their checksum; nil if it is not theirs.
  private static func checked(_ bytes: [UInt8]) -> [UInt8]? {
    guard let stored = bytes.word(bytes.count - 4) else { return nil }
    let body = Array(bytes.dropLast(4))
    var (first, second) = (0, 0)
    for index in stride(from: 0, to: body.count, by: 2) {
      let low = index + 1 < body.count ? Int(body[index + 1]) : 0
      first = (first + Int(body[index]) << 8 + low) % 0xffff
      second = (second + first) % 0xffff
    }
    // The sums are taken modulo 2¹⁶ − 1, where the library may leave 2¹⁶ − 1 in place of 0.
    return (stored & 0xffff) % 0xffff == first && (stored >> 16) % 0xffff == second ? body : nil
  }
}
