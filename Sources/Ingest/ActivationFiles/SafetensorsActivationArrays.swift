import Foundation
import Warehouse

/// Activations in a safetensors file: a tensor a layer, F32, F16 or BF16; the metadata `layers` may
/// tell their order, as JSON or separated by commas.
struct SafetensorsActivationArrays: ActivationArrays {
  let arrays: [(name: String, shape: [Int])]
  let order: [String]?
  let paths: [String]?
  private let entries: [String: SafetensorsFile.Entry]
  private let handle: FileHandle
  private let url: URL
  private let dataStart: Int

  /// Opens a file and checks its header.
  ///
  /// - Throws: `WarehouseError` if it is malformed, `IngestError` for other types.
  init(_ url: URL) throws {
    let file = try SafetensorsFile(url)
    for entry in file.entries where !["F32", "F16", "BF16"].contains(entry.type) {
      throw IngestError(
        "\(url.path): the array `\(entry.name)` holds \(entry.type)",
        advice: "write it as F32, F16 or BF16")
    }
    try file.close()
    self.url = url
    entries = Dictionary(file.entries.map { ($0.name, $0) }, uniquingKeysWith: { a, _ in a })
    arrays = file.entries.map { ($0.name, $0.shape) }
    order = file.metadata["layers"].map(SafetensorsActivationArrays.list)
    paths = file.metadata["paths"].map(SafetensorsActivationArrays.list)
    handle = try FileHandle(forReadingFrom: url)
    let prefix = [UInt8](try handle.read(upToCount: 8) ?? Data())
    dataStart = 8 + Int(clamping: prefix.reversed().reduce(UInt64(0)) { $0 << 8 | UInt64($1) })
  }

  /// A JSON array of texts, else texts separated by commas or line ends.
  private static func list(_ text: String) -> [String] {
    if let list = try? JSONDecoder().decode([String].self, from: Data(text.utf8)) { return list }
    return text.split { ",\n".contains($0) }.map { $0.trimmingCharacters(in: .whitespaces) }
  }

  func read(_ name: String, rows: Range<Int>) throws -> [Float] {
    guard let entry = entries[name], let samples = entry.shape.first, samples > 0 else { return [] }
    // The header's own check holds the bytes to be those of the shape.
    let row = entry.bytes.count / samples
    try handle.seek(
      toOffset: UInt64(dataStart + entry.bytes.lowerBound + rows.lowerBound * row))
    let data = try handle.read(upToCount: rows.count * row) ?? Data()
    guard data.count == rows.count * row else {
      throw IngestError("\(url.path) ends within `\(name)`", advice: "write it again")
    }
    return data.withUnsafeBytes { bytes in
      switch entry.type {
      case "F32":
        (0..<bytes.count / 4).map {
          Float(
            bitPattern: UInt32(
              littleEndian: bytes.loadUnaligned(fromByteOffset: $0 * 4, as: UInt32.self)))
        }
      case "F16":
        (0..<bytes.count / 2).map {
          Float(
            Float16(
              bitPattern: UInt16(
                littleEndian: bytes.loadUnaligned(fromByteOffset: $0 * 2, as: UInt16.self))))
        }
      default:
        (0..<bytes.count / 2).map {
          Float(
            bitPattern: UInt32(
              UInt16(littleEndian: bytes.loadUnaligned(fromByteOffset: $0 * 2, as: UInt16.self))
            ) << 16)
        }
      }
    }
  }
}
