import Compute
import Foundation
import Testing

/// PyTorch's values for a small VGG16, which `Tests/Fixtures/compute/generate_torch.py` wrote
/// together with `onnx/vgg_small.onnx`.
struct ONNXGolden {
  private let data: Data
  private let header: [String: Entry]
  private let start: Int

  private struct Entry: Decodable {
    let shape: [Int]
    let offsets: [Int]
    enum CodingKeys: String, CodingKey {
      case shape
      case offsets = "data_offsets"
    }
  }

  /// Opens the file.
  init() throws {
    data = try Data(
      contentsOf: ONNXFixtures.folder.appendingPathComponent(
        "../compute/vgg_small_golden.safetensors"))
    let length = data.prefix(8).enumerated().reduce(0) { $0 | Int($1.element) << (8 * $1.offset) }
    header = try JSONDecoder().decode([String: Entry].self, from: data[8..<8 + length])
    start = 8 + length
  }

  /// The four pictures.
  func input() throws -> Activation {
    Activation(
      channelsFirst: try values("input"), samples: 4,
      shape: Shape(channels: 3, height: 32, width: 32))
  }

  /// Numbers by name, in PyTorch's order.
  func values(_ name: String) throws -> [Float] {
    let entry = try #require(header[name])
    return data[start + entry.offsets[0]..<start + entry.offsets[1]].withUnsafeBytes { raw in
      (0..<raw.count / 4).map { raw.loadUnaligned(fromByteOffset: 4 * $0, as: Float.self) }
    }
  }
}
