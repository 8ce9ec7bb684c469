internal import Foundation

/// Writes safetensors files in one canonical form: the same weights are the same bytes.
///
/// Format: an unsigned 64-bit little-endian length, that many bytes of JSON, the data
/// ([huggingface/safetensors](https://github.com/huggingface/safetensors)). Canonical: names in
/// ascending order of their UTF-8 bytes, float32, no gaps, the JSON without blanks and filled up
/// with blanks to a multiple of 8 bytes.
enum SafetensorsWriter {
  /// Writes a new file.
  ///
  /// - Parameters:
  ///   - tensors: The weights, in any order.
  ///   - metadata: Texts by name that go into the header.
  ///   - url: Where; nothing may be there.
  /// - Throws: `WarehouseError` if a tensor's values do not fill its shape, a name occurs twice or
  ///   the file cannot be written.
  static func write(
    _ tensors: [StoredTensor], metadata: [String: String] = ["format": "pt"], to url: URL
  ) throws {
    let sorted = tensors.sorted { $0.name.utf8.lexicographicallyPrecedes($1.name.utf8) }
    let header = try header(of: sorted, metadata)
    let descriptor = open(url.path, O_WRONLY | O_CREAT | O_EXCL | O_CLOEXEC, 0o644)
    guard descriptor >= 0 else {
      throw WarehouseError(.writeFailed, url.path, "it cannot be made (\(lastSystemError()))")
    }
    defer { close(descriptor) }
    try withUnsafeBytes(of: UInt64(header.count).littleEndian) {
      try writeAll($0, to: descriptor, url)
    }
    try header.withUnsafeBytes { try writeAll($0, to: descriptor, url) }
    for tensor in sorted {
      try tensor.values.withUnsafeBytes { try writeAll($0, to: descriptor, url) }
    }
  }

  private static func header(
    of tensors: [StoredTensor], _ metadata: [String: String]
  ) throws -> [UInt8] {
    let encoder = JSONEncoder()
    encoder.outputFormatting = [.sortedKeys, .withoutEscapingSlashes]
    var entries = [
      #""__metadata__":"# + String(decoding: try encoder.encode(metadata), as: UTF8.self)
    ]
    var offset = 0
    var previous: String?
    for tensor in tensors {
      guard product(tensor.shape) == tensor.values.count else {
        throw WarehouseError(
          .invalid, tensor.name, "\(tensor.values.count) values do not fill \(tensor.shape)")
      }
      guard tensor.name != previous, tensor.name != "__metadata__" else {
        throw WarehouseError(.invalid, tensor.name, "two tensors cannot bear this name")
      }
      previous = tensor.name
      let end = offset + 4 * tensor.values.count
      let name = String(decoding: try JSONEncoder().encode(tensor.name), as: UTF8.self)
      let shape = tensor.shape.map(String.init).joined(separator: ",")
      entries.append(
        #"\#(name):{"dtype":"F32","shape":[\#(shape)],"data_offsets":[\#(offset),\#(end)]}"#)
      offset = end
    }
    var header = Array("{\(entries.joined(separator: ","))}".utf8)
    header += [UInt8](repeating: 0x20, count: (8 - header.count % 8) % 8)
    return header
  }

  private static func writeAll(
    _ bytes: UnsafeRawBufferPointer, to descriptor: Int32, _ url: URL
  ) throws {
    var rest = bytes[...]
    while !rest.isEmpty {
      let written = Foundation.write(
        descriptor, UnsafeRawBufferPointer(rebasing: rest).baseAddress, rest.count)
      guard written > 0 || (written < 0 && errno == EINTR) else {
        throw WarehouseError(
          .writeFailed, url.path, "it cannot be written (\(lastSystemError()))",
          advice: "see whether the disk is full")
      }
      rest = rest.dropFirst(max(0, written))
    }
  }
}
