import Compute
import Foundation

/// Tensors of the safetensors files in `Tests/Fixtures`, which other frameworks have written.
struct NetworkFixture {
  /// All tensors by name.
  let all: [String: Tensor]

  /// Those below `state/`, by what follows.
  var state: [String: Tensor] {
    Dictionary(
      uniqueKeysWithValues: all.filter { $0.key.hasPrefix("state/") }.map {
        (String($0.key.dropFirst("state/".count)), $0.value)
      })
  }

  /// Reads a file, such as `networks/resnet18`.
  static func tensors(_ name: String) throws -> NetworkFixture {
    let file = URL(filePath: #filePath).deletingLastPathComponent()
      .appending(path: "../../Fixtures/\(name).safetensors")
    let data = try Data(contentsOf: file)
    let length = data.prefix(8).enumerated().reduce(0) { $0 | Int($1.element) << (8 * $1.offset) }
    let header = try JSONDecoder().decode([String: Entry].self, from: data[8..<8 + length])
    return NetworkFixture(
      all: header.mapValues { entry in
        let bytes = data[8 + length + entry.offsets[0]..<8 + length + entry.offsets[1]]
        return Tensor(
          shape: entry.shape,
          values: bytes.withUnsafeBytes { raw in
            (0..<raw.count / 4).map { raw.loadUnaligned(fromByteOffset: 4 * $0, as: Float.self) }
          })
      })
  }

  private struct Entry: Decodable {
    let shape: [Int]
    let offsets: [Int]
    enum CodingKeys: String, CodingKey {
      case shape
      case offsets = "data_offsets"
    }
  }
}
