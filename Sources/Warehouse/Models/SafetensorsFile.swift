public import Foundation

/// A safetensors file, opened and checked: header, types, bounds and gaps.
public struct SafetensorsFile {
  /// A tensor of the file.
  public struct Entry: Sendable, Equatable {
    /// The name.
    public let name: String
    /// The type as the file spells it, for example `F32`.
    public let type: String
    /// The extent of each dimension.
    public let shape: [Int]
    /// Where its bytes lie, counted from the end of the header.
    public let bytes: Range<Int>

    /// The format of its floating-point numbers; nil if it holds integers or 8-bit floats.
    public var format: FloatFormat? {
      switch type {
      case "F32": .float32
      case "F16": .float16
      case "BF16": .bfloat16
      case "F64": .float64
      default: nil
      }
    }
  }

  /// The tensors, in the order of their bytes.
  public let entries: [Entry]
  /// Texts by name that the header holds.
  public let metadata: [String: String]
  /// The file.
  public let url: URL
  private let handle: FileHandle
  private let dataStart: Int

  /// The longest header that is read, as in the reference implementation.
  private static let headerLimit = 100_000_000
  /// Bytes of a tensor that are read at a time: whole numbers of every format.
  private static let pieceBytes = 1 << 23
  private static let sizes = [
    "F64": 8, "F32": 4, "F16": 2, "BF16": 2, "I64": 8, "I32": 4, "I16": 2, "I8": 1, "U64": 8,
    "U32": 4, "U16": 2, "U8": 1, "BOOL": 1, "F8_E4M3": 1, "F8_E5M2": 1,
  ]

  /// Opens a file and checks its header.
  ///
  /// - Throws: `WarehouseError` if it is missing or no well-formed safetensors file.
  public init(_ url: URL) throws {
    self.url = url
    guard let handle = try? FileHandle(forReadingFrom: url) else {
      throw WarehouseError(.missing, url.path, "the weights file cannot be opened")
    }
    self.handle = handle
    let size = fileSize(url.path)
    let prefix = [UInt8](try handle.read(upToCount: 8) ?? Data())
    guard prefix.count == 8 else { throw SafetensorsFile.malformed(url, "it is too short") }
    let length = prefix.reversed().reduce(UInt64(0)) { $0 << 8 | UInt64($1) }
    guard length <= UInt64(SafetensorsFile.headerLimit), Int(length) <= size - 8 else {
      throw SafetensorsFile.malformed(url, "its header claims \(length) bytes")
    }
    dataStart = 8 + Int(length)
    let json = try handle.read(upToCount: Int(length)) ?? Data()
    guard json.count == Int(length), json.first == UInt8(ascii: "{") else {
      throw SafetensorsFile.malformed(url, "its header is no JSON object")
    }
    let header: [String: HeaderEntry]
    do {
      header = try JSONDecoder().decode([String: HeaderEntry].self, from: json)
    } catch {
      throw SafetensorsFile.malformed(url, "its header does not read as it should")
    }
    if case .metadata(let texts) = header["__metadata__"] {
      metadata = texts
    } else {
      metadata = [:]
    }
    entries = try SafetensorsFile.check(header, dataBytes: size - dataStart, url)
  }

  /// Reads a tensor of floating-point numbers (F32, F16, BF16 or F64) as float32.
  ///
  /// - Throws: `WarehouseError` if there is none of that name, it holds another type or the file
  ///   ends too early.
  public func read(_ name: String) throws -> StoredTensor {
    guard let entry = entries.first(where: { $0.name == name }) else {
      throw WarehouseError.unknown("tensor", name, among: entries.map(\.name))
    }
    return try read(entry)
  }

  /// Reads a tensor of floating-point numbers (F32, F16, BF16 or F64) as float32.
  ///
  /// - Parameter entry: One of `entries`.
  /// - Returns: The tensor.
  /// - Throws: `WarehouseError` if it holds another type or the file ends too early.
  public func read(_ entry: Entry) throws -> StoredTensor {
    guard let format = entry.format else {
      throw WarehouseError(
        .invalid, url.path, "\(entry.name) holds \(entry.type), not F32, F16, BF16 or F64")
    }
    if format == .float32 {
      let values = try float32(entry)
      return StoredTensor(name: entry.name, shape: entry.shape, values: values)
    }
    try handle.seek(toOffset: UInt64(dataStart + entry.bytes.lowerBound))
    var values: [Float] = []
    values.reserveCapacity(entry.bytes.count / format.size)
    // Piece by piece: a tensor is not in memory twice.
    for left in stride(from: entry.bytes.count, to: 0, by: -SafetensorsFile.pieceBytes) {
      let wanted = min(left, SafetensorsFile.pieceBytes)
      let data = try handle.read(upToCount: wanted) ?? Data()
      guard data.count == wanted else {
        throw SafetensorsFile.malformed(url, "it ends within \(entry.name)")
      }
      values += data.withUnsafeBytes { format.decode($0) }
    }
    return StoredTensor(name: entry.name, shape: entry.shape, values: values)
  }

  /// Straight to where they stay: the largest tensors there are take as long to copy as to read.
  ///
  /// The bytes of the file are in the order of the machines that Lethe runs on.
  private func float32(_ entry: Entry) throws -> [Float] {
    let count = entry.bytes.count / FloatFormat.float32.size
    return try [Float](unsafeUninitializedCapacity: count) { values, filled in
      let target = UnsafeMutableRawBufferPointer(values)
      var done = 0
      while done < entry.bytes.count {
        let wanted = min(SafetensorsFile.pieceBytes, entry.bytes.count - done)
        let got = pread(
          handle.fileDescriptor, target.baseAddress.map { $0 + done }, wanted,
          off_t(dataStart + entry.bytes.lowerBound + done))
        guard got > 0 || (got < 0 && errno == EINTR) else {
          throw SafetensorsFile.malformed(url, "it ends within \(entry.name)")
        }
        done += max(0, got)
      }
      filled = count
    }
  }

  /// Closes the file.
  public func close() throws { try handle.close() }

  private static func check(
    _ header: [String: HeaderEntry], dataBytes: Int, _ url: URL
  ) throws -> [Entry] {
    var entries: [Entry] = []
    for (name, entry) in header {
      guard case .tensor(let type, let shape, let offsets) = entry else {
        guard name == "__metadata__" else { throw malformed(url, "\(name) is no tensor") }
        continue
      }
      guard let size = sizes[type] else { throw malformed(url, "\(name) has the type \(type)") }
      guard offsets.count == 2, offsets[0] >= 0, offsets[1] >= offsets[0],
        offsets[1] <= dataBytes
      else { throw malformed(url, "\(name) lies at \(offsets) of \(dataBytes) bytes") }
      guard let bytes = product(shape + [size]), bytes == offsets[1] - offsets[0] else {
        throw malformed(url, "\(name) of shape \(shape) does not fill \(offsets)")
      }
      entries.append(Entry(name: name, type: type, shape: shape, bytes: offsets[0]..<offsets[1]))
    }
    entries.sort {
      ($0.bytes.lowerBound, $0.bytes.upperBound, $0.name) < (
        $1.bytes.lowerBound, $1.bytes.upperBound, $1.name
      )
    }
    var end = 0
    for entry in entries {
      guard entry.bytes.lowerBound == end else {
        throw malformed(url, "\(entry.name) overlaps another tensor or leaves a gap before it")
      }
      end = entry.bytes.upperBound
    }
    guard end == dataBytes else {
      throw malformed(url, "\(dataBytes - end) bytes at its end belong to no tensor")
    }
    return entries
  }

  private static func malformed(_ url: URL, _ problem: String) -> WarehouseError {
    WarehouseError(.damaged, url.path, "no well-formed safetensors file: \(problem)")
  }
}

/// A value in the header of a safetensors file.
private enum HeaderEntry: Decodable {
  case metadata([String: String])
  case tensor(type: String, shape: [Int], offsets: [Int])

  private enum Key: String, CodingKey {
    case dtype, shape
    case offsets = "data_offsets"
  }

  init(from decoder: any Decoder) throws {
    let container = try decoder.container(keyedBy: Key.self)
    guard container.contains(.dtype) || container.contains(.offsets) else {
      let texts = try? decoder.singleValueContainer().decode([String: String].self)
      self = .metadata(texts ?? [:])
      return
    }
    self = .tensor(
      type: try container.decode(String.self, forKey: .dtype),
      shape: try container.decode([Int].self, forKey: .shape),
      offsets: try container.decode([Int].self, forKey: .offsets))
  }
}
