/// Data packed by LZF, a quick relative of the LZ77 family.
enum LZF {
  /// The unpacked bytes.
  ///
  /// - Parameters:
  ///   - packed: Runs of bytes, and repetitions of what came before.
  ///   - limit: The most bytes that may come of it.
  /// - Returns: nil if it is damaged or unpacks to more than `limit` bytes.
  static func unpacked(_ packed: [UInt8], limit: Int) -> [UInt8]? {
    var bytes: [UInt8] = []
    var offset = 0
    while offset < packed.count {
      let control = Int(packed[offset])
      offset += 1
      if control < 32 {
        // A run of as many bytes and one.
        guard let run = packed.part(offset, control + 1), run.count <= limit - bytes.count else {
          return nil
        }
        bytes += run
        offset += run.count
        continue
      }
      var length = control >> 5
      if length == 7 {
        guard offset < packed.count else { return nil }
        length += Int(packed[offset])
        offset += 1
      }
      length += 2
      guard offset < packed.count, length <= limit - bytes.count else { return nil }
      let start = bytes.count - (control & 31) << 8 - Int(packed[offset]) - 1
      offset += 1
      guard start >= 0 else { return nil }
      // What is repeated may reach into what it gives.
      for index in start..<start + length { bytes.append(bytes[index]) }
    }
    return bytes
  }
}
