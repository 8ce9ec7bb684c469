internal import CZlib

/// Data packed by zlib, as files of other formats hold it in their parts.
public enum ZlibStream {
  /// The unpacked bytes of a whole stream, checked against its Adler-32.
  ///
  /// - Parameters:
  ///   - packed: Header, data and checksum; what follows them is not looked at.
  ///   - limit: The most bytes that may come of it.
  /// - Returns: nil if it is damaged, cut off, or unpacks to more than `limit` bytes.
  public static func unpacked(_ packed: ArraySlice<UInt8>, limit: Int) -> [UInt8]? {
    guard limit >= 0, packed.count <= Int(UInt32.max) else { return nil }
    var stream = z_stream()
    guard lethe_inflate_zlib(&stream) == Z_OK else { return nil }
    defer { inflateEnd(&stream) }
    var bytes: [UInt8] = []
    var chunk = [UInt8](repeating: 0, count: 1 << 16)
    return packed.withUnsafeBufferPointer { input -> [UInt8]? in
      // zlib only reads from it, in spite of the type of its pointer.
      stream.next_in = UnsafeMutablePointer(mutating: input.baseAddress)
      stream.avail_in = UInt32(input.count)
      while true {
        let (code, made) = chunk.withUnsafeMutableBufferPointer { buffer in
          stream.next_out = buffer.baseAddress
          stream.avail_out = UInt32(buffer.count)
          let code = inflate(&stream, Z_NO_FLUSH)
          return (code, buffer.count - Int(stream.avail_out))
        }
        guard made <= limit - bytes.count else { return nil }
        bytes.append(contentsOf: chunk[..<made])
        if code == Z_STREAM_END { return bytes }
        guard code == Z_OK, made > 0 || stream.avail_in > 0 else { return nil }
      }
    }
  }
}
