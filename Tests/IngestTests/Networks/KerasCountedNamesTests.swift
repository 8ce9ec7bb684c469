import Compute
import Testing

@testable import Ingest

@Suite("Keras weights whose layers are only counted")
struct KerasCountedNamesTests {
  private func weights(_ layers: [(String, [Int])]) -> [String: Tensor] {
    Dictionary(
      uniqueKeysWithValues: layers.map { name, shape in
        (
          "\(name)/kernel",
          Tensor(shape: shape, values: [Float](repeating: 1, count: shape.reduce(1, *)))
        )
      })
  }

  /// Convolutions 3×3 of these widths, whose numbers begin with any, and a dense layer.
  private func convolutions(_ widths: [Int], first: Int = 0) -> [String: Tensor] {
    let layers = widths.enumerated().map { index, width in
      let number = first + index
      let inputs = index == 0 ? 3 : widths[index - 1]
      return (number == 0 ? "conv2d" : "conv2d_\(number)", [width, inputs, 3, 3])
    }
    return weights(layers + [("dense", [2, widths.last ?? 0])])
  }

  @Test("A VGG is told from the order, whatever number it begins with", arguments: [0, 7])
  func vgg(first: Int) throws {
    let widths = [2, 4, 6, 6, 8, 8, 8, 8]
    let names = try KerasCountedNames(convolutions(widths, first: first), architecture: nil)
    #expect(
      names.tensors.mapValues(\.shape) == [
        "block1_conv1/kernel": [2, 3, 3, 3], "block2_conv1/kernel": [4, 2, 3, 3],
        "block3_conv1/kernel": [6, 4, 3, 3], "block3_conv2/kernel": [6, 6, 3, 3],
        "block4_conv1/kernel": [8, 6, 3, 3], "block4_conv2/kernel": [8, 8, 3, 3],
        "block5_conv1/kernel": [8, 8, 3, 3], "block5_conv2/kernel": [8, 8, 3, 3],
        "dense/kernel": [2, 8],
      ])
    #expect(names.notes.count == 1)
  }

  @Test("Names that are given are kept")
  func named() throws {
    var tensors = convolutions([4, 8])
    tensors["mine/kernel"] = tensors.removeValue(forKey: "conv2d_1/kernel")
    let names = try KerasCountedNames(tensors, architecture: nil)
    #expect(names.tensors == tensors)
    #expect(names.notes.isEmpty)
  }

  @Test("What cannot be told is refused, with what was found and what to do")
  func refused() throws {
    for widths in [[4, 8, 16], [2, 4, 6, 7, 8, 8, 8, 8]] {
      let error = #expect(throws: IngestError.self) {
        try KerasCountedNames(convolutions(widths), architecture: nil)
      }
      #expect(error?.problem.contains("\(widths.count) conv2d, 1 dense") == true)
      #expect(error?.advice.contains("model.save('model.keras')") == true)
    }
  }

  @Test("ResNet50 is taken when it is asked for, and equals the one with names")
  func resNet() throws {
    let fixture = try NetworkFixture.tensors("networks/resnet50_keras")
    // Keras' own order, in which its `.weights.h5` counts the layers.
    var order = ["conv1_"]
    for (stage, blocks) in [(2, 3), (3, 4), (4, 6), (5, 3)] {
      for block in 1...blocks {
        let parts = block == 1 ? [1, 2, 0, 3] : [1, 2, 3]
        order += parts.map { "conv\(stage)_block\(block)_\($0)_" }
      }
    }
    var counted: [String: Tensor] = [:]
    for (name, tensor) in fixture.state {
      let parts = name.split(separator: "/").map(String.init)
      let isNorm = parts[0].hasSuffix("bn")
      let stem = String(parts[0].dropLast(isNorm ? 2 : 4))
      let kind = isNorm ? "batch_normalization" : "conv2d"
      let number = order.firstIndex(of: stem)
      let layer = number.map { $0 == 0 ? kind : "\(kind)_\($0)" } ?? "dense"
      counted["\(layer)/\(parts[1])"] = tensor
    }
    #expect(counted.count == fixture.state.count)
    let error = #expect(throws: IngestError.self) {
      try KerasCountedNames(counted, architecture: nil)
    }
    #expect(error?.advice.hasPrefix("give --arch resnet50") == true)
    let names = try KerasCountedNames(counted, architecture: "resnet50").tensors
    let network = try ArchitectureMatcher.match(
      names, architecture: "resnet50", inputSize: 64, channelsLastFlatten: true)
    let twin = try ArchitectureMatcher.match(
      fixture.state, inputSize: 64, channelsLastFlatten: true)
    #expect(network.graph == twin.graph)
    #expect(network.parameters == twin.parameters)
  }
}
