internal import Foundation

/// The header of a safetensors file that holds one array and the ids of its samples.
///
/// Format: an unsigned 64-bit little-endian length, that many bytes of JSON, the data
/// ([huggingface/safetensors](https://github.com/huggingface/safetensors)). The ids come first, so
/// that they lie at a multiple of 8 bytes.
enum SafetensorsHeader {
  /// The bytes before the ids; their number is a multiple of 8.
  ///
  /// - Parameters:
  ///   - name: Of the array.
  ///   - element: The type of its elements.
  ///   - shape: Its shape, samples first.
  ///   - metadata: Texts by name.
  /// - Returns: Length and JSON.
  /// - Throws: An error if a text is no Unicode.
  static func bytes(
    _ name: String, _ element: NPYHeader.Element, shape: [Int], metadata: [String: String]
  ) throws -> [UInt8] {
    let encoder = JSONEncoder()
    encoder.outputFormatting = [.sortedKeys, .withoutEscapingSlashes]
    let texts = String(decoding: try encoder.encode(metadata), as: UTF8.self)
    let samples = shape.first ?? 0
    let begin = 8 * samples
    let end = begin + element.size * shape.reduce(1, *)
    let extents = shape.map(String.init).joined(separator: ",")
    let type = element == .float32 ? "F32" : "U8"
    let json =
      #"{"__metadata__":\#(texts),"sample_id":{"dtype":"I64","shape":[\#(samples)],"#
      + #""data_offsets":[0,\#(begin)]},"\#(name)":{"dtype":"\#(type)","shape":[\#(extents)],"#
      + #""data_offsets":[\#(begin),\#(end)]}}"#
    var header = Array(json.utf8)
    header += [UInt8](repeating: 0x20, count: (8 - header.count % 8) % 8)
    return LittleEndian.bytes([UInt64(header.count)]) + header
  }
}
