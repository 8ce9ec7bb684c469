import Compute
import Foundation
import HDF5
import Testing

@testable import Ingest

/// Networks of other frameworks and what those say of them.
enum ONNXFixtures {
  /// Fixtures of `generate_onnx.py`.
  static let names = [
    "plain_opset7", "plain_opset13", "plain_opset21", "plain_dynamo", "residual_opset13",
    "residual_opset18", "external", "typed", "channels_last",
  ]

  static let folder = URL(fileURLWithPath: #filePath).deletingLastPathComponent()
    .appendingPathComponent("../../Fixtures/networks").standardizedFileURL

  static func url(_ name: String) -> URL { folder.appendingPathComponent("onnx/\(name).onnx") }

  /// An array of `onnx_golden.h5`, in the file's order.
  static func array(_ path: String) throws -> (dims: [Int], values: [Float]) {
    let file = try HDF5File.open(folder.appendingPathComponent("onnx_golden.h5"))
    let dataset = try file.root().dataset(path)
    return (dataset.shape, try dataset.readAll(Float.self))
  }

  /// The input of a fixture, as Lethe has it.
  static func input(_ name: String, isChannelsLast: Bool = false) throws -> Activation {
    let (dims, values) = try array("\(name)/input")
    if isChannelsLast {
      return Activation(
        samples: dims[0], shape: Shape(channels: dims[3], height: dims[1], width: dims[2]),
        values: values)
    }
    return Activation(
      channelsFirst: values, samples: dims[0],
      shape: Shape(channels: dims[1], height: dims[2], width: dims[3]))
  }

  /// The largest difference of two lists, ∞ if their counts differ.
  static func difference(_ a: [Float], _ b: [Float]) -> Float {
    guard a.count == b.count else { return .infinity }
    return zip(a, b).reduce(0) { max($0, abs($1.0 - $1.1)) }
  }
}
