/// The messages of an object's header, which say what it is.
struct ObjectHeader {
  /// The kinds of message that are read.
  enum Kind: Int {
    case dataspace = 1
    case linkInfo = 2
    case datatype = 3
    case link = 6
    case externalFiles = 7
    case layout = 8
    case filters = 11
    case attribute = 12
    case continuation = 16
    case symbolTable = 17
  }

  /// A message: its kind, and its bytes.
  struct Message {
    let kind: Kind
    let bytes: [UInt8]
    /// Whether the bytes only say where the message is, which is not followed.
    let isShared: Bool
  }

  let messages: [Message]

  private static let messageLimit = 20_000
  private static let blockLimit = 1_000
  private static let blockSizeLimit = 1 << 24

  /// Reads a header.
  ///
  /// - Throws: `HDF5Error` if it is malformed or of a newer form.
  init(_ file: UntrustedHDF5File, at address: Int, path: String) throws(HDF5Error) {
    func problem(_ reason: String) -> HDF5Error { file.error("read the object", path, reason) }
    guard let prefix = file.bytes(at: address, count: 16), prefix[0] == 1,
      let count = prefix.short(2), let length = prefix.word(8)
    else { throw problem("its header is damaged or of a newer form") }
    var found: [Message] = []
    var blocks = [(address: address + 16, length: length)]
    var next = 0
    var seen = 0
    while next < blocks.count, seen < count {
      let block = blocks[next]
      next += 1
      guard next <= Self.blockLimit, block.length <= Self.blockSizeLimit,
        let bytes = file.bytes(at: block.address, count: block.length)
      else { throw problem("its header reaches beyond the file") }
      var offset = 0
      while seen < count, let type = bytes.short(offset), let size = bytes.short(offset + 2),
        offset + 8 <= bytes.count
      {
        guard let body = bytes.part(offset + 8, size) else {
          throw problem("a message of its header is cut off")
        }
        seen += 1
        guard seen <= Self.messageLimit else { throw problem("its header has too many messages") }
        if let kind = Kind(rawValue: type) {
          if kind == .continuation {
            guard let place = body.address(0), let length = body.address(8) else {
              throw problem("a message of its header makes no sense")
            }
            blocks.append((place, length))
          } else {
            found.append(
              Message(kind: kind, bytes: body, isShared: bytes[offset + 4] & 2 != 0))
          }
        }
        offset += 8 + size
      }
    }
    messages = found
  }

  /// The only message of a kind; nil if there is none, or it lies elsewhere.
  func message(_ kind: Kind) -> [UInt8]? {
    messages.first { $0.kind == kind && !$0.isShared }?.bytes
  }
}
