import Compute
import Foundation
import Testing

@testable import Ingest

/// Geometry by hand, from the formulas of ONNX's Conv, MaxPool and AveragePool.
@Suite("windows of ONNX") struct ONNXWindowTests {
  private func window(
    _ side: Int, kernel: Int, stride: Int, pads: [Int]? = nil, mode: String? = nil,
    isCeiling: Bool = false
  ) throws -> ONNXWindow {
    var node = ProtobufWriter()
    node.add(4, text: "MaxPool")
    let lists = ["strides": [stride, stride], "pads": pads, "ceil_mode": isCeiling ? [1] : nil]
    for (name, values) in lists {
      guard let values else { continue }
      node.add(5) { attribute in
        attribute.add(1, text: name)
        if values.count == 1 { attribute.add(3, integer: values[0]) }
        for value in values { attribute.add(8, integer: value) }
      }
    }
    if let mode {
      node.add(5) { attribute in
        attribute.add(1, text: "auto_pad")
        attribute.add(4, text: mode)
      }
    }
    return try ONNXWindow(
      ONNXNode(ProtobufReader(node.bytes)), kernel: [kernel, kernel],
      over: Shape(channels: 1, height: side, width: side))
  }

  @Test("same padding puts the odd pixel after, or before")
  func same() throws {
    // 6 pixels, kernel 3, stride 2: 3 windows need 7 pixels.
    let upper = try window(6, kernel: 3, stride: 2, mode: "SAME_UPPER")
    #expect(upper.padding == Padding(top: 0, left: 0, bottom: 1, right: 1))
    let lower = try window(6, kernel: 3, stride: 2, mode: "SAME_LOWER")
    #expect(lower.padding == Padding(top: 1, left: 1, bottom: 0, right: 0))
    #expect(try window(6, kernel: 3, stride: 2, mode: "VALID").padding == Padding(Extent(0)))
    #expect(upper.evenPadding(upTo: Extent(1)) == nil)
    let even = try window(5, kernel: 3, stride: 1, mode: "SAME_UPPER")
    #expect(even.evenPadding(upTo: Extent(1)) == Extent(1))
  }

  @Test("sides rounded up hang over, but no window begins beyond the map")
  func ceiling() throws {
    // 6 pixels, kernel 3, stride 2: ⌈3 / 2⌉ + 1 = 3 windows need 7 pixels.
    #expect(try window(6, kernel: 3, stride: 2, isCeiling: true).overhang == Extent(1))
    #expect(try window(5, kernel: 3, stride: 2, isCeiling: true).overhang == Extent(0))
    #expect(try window(6, kernel: 3, stride: 2).overhang == Extent(0))
    // 4 pixels with 1 on both sides, kernel 2, stride 3: a third window would begin at 6 > 4.
    let pads = [1, 1, 1, 1]
    #expect(try window(4, kernel: 2, stride: 3, pads: pads, isCeiling: true).overhang == Extent(0))
  }

  @Test("a mean that hangs over the edge counts what is there")
  func mean() throws {
    var pool = ONNXModelBytes.Operator(kind: "AveragePool", inputs: ["x"], output: "p")
    pool.integers = ["kernel_shape": [2, 2], "strides": [2, 2], "ceil_mode": [1]]
    let bytes = ONNXModelBytes.model(
      [pool, ONNXModelBytes.Operator(kind: "Flatten", inputs: ["p"], output: "y")],
      input: [1, 1, 3, 3])
    let network = try ONNXFile.read(
      bytes, name: "m", folder: FileManager.default.temporaryDirectory)
    let input = Activation(
      samples: 1, shape: Shape(channels: 1, height: 3, width: 3),
      values: [1, 2, 3, 4, 5, 6, 7, 8, 9])
    let output = try ForwardPass(graph: network.graph, parameters: network.parameters)
      .output(input)
    #expect(output.values == [3, 4.5, 7.5, 9])
  }
}
