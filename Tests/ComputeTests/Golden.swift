import Compute
import Foundation
import Testing

/// PyTorch's reference vectors for a small VGG16, from `Tests/Fixtures/compute`.
enum Golden {
  /// Every tensor of the file by name.
  static let tensors = tensors(of: "vgg_small_golden.safetensors")

  /// Every tensor of a file of a folder of `Tests/Fixtures` by name.
  static func tensors(of name: String, in folder: String = "compute") -> [String: Tensor] {
    let file = URL(filePath: #filePath).deletingLastPathComponent()
      .appending(path: "../Fixtures/\(folder)/\(name)")
    do {
      return try read(Data(contentsOf: file))
    } catch {
      Issue.record("cannot read \(file.path): \(error)")
      return [:]
    }
  }

  /// The tensor of that name.
  static func tensor(_ name: String) throws -> Tensor { try #require(tensors[name]) }

  /// The network that the vectors belong to: width 1/8, input 32×32, 8 classes.
  static func graph() throws -> Graph {
    try Graph.vgg16(
      VGGOptions(inputSize: 32, width: 0.125, classes: 8, denseWidth: 128, dropout: 0))
  }

  /// Its parameters.
  static func parameters() throws -> Parameters {
    let prefix = "parameters/"
    return Parameters(
      tensors.filter { $0.key.hasPrefix(prefix) }.sorted { $0.key < $1.key }
        .map { (String($0.key.dropFirst(prefix.count)), $0.value) })
  }

  /// The four input pictures.
  static func input() throws -> Activation {
    Activation(
      channelsFirst: try tensor("input").values, samples: 4,
      shape: Shape(channels: 3, height: 32, width: 32))
  }

  /// The classes of the pictures.
  static func targets() throws -> [Int] { try tensor("target").values.map { Int($0) } }

  private struct Entry: Decodable {
    let shape: [Int]
    let offsets: [Int]
    enum CodingKeys: String, CodingKey {
      case shape
      case offsets = "data_offsets"
    }
  }

  private static func read(_ data: Data) throws -> [String: Tensor] {
    let length = data.prefix(8).enumerated().reduce(0) { $0 | Int($1.element) << (8 * $1.offset) }
    let header = try JSONDecoder().decode([String: Entry].self, from: data[8..<8 + length])
    return header.mapValues { entry in
      let bytes = data[8 + length + entry.offsets[0]..<8 + length + entry.offsets[1]]
      let values = bytes.withUnsafeBytes { raw in
        (0..<raw.count / 4).map { raw.loadUnaligned(fromByteOffset: 4 * $0, as: Float.self) }
      }
      return Tensor(shape: entry.shape, values: values)
    }
  }
}

/// ‖a − b‖₂ / ‖b‖₂.
func relativeError(_ a: [Float], _ b: [Float]) -> Double {
  guard a.count == b.count else { return .infinity }
  let difference = zip(a, b).reduce(0.0) { $0 + (Double($1.0) - Double($1.1)).squared }
  let norm = b.reduce(0.0) { $0 + Double($1).squared }
  return (difference / max(norm, .leastNormalMagnitude)).squareRoot()
}

extension Double {
  fileprivate var squared: Double { self * self }
}
