import Compute
import Foundation
import HDF5
import Testing

@testable import Ingest

@Suite("dilated kernels run as the larger ones that they equal") struct DilatedKernelTests {
  /// One convolution, with what a plain loop needs to compute it.
  struct Case: CustomTestStringConvertible {
    var channels = 2
    var outputs = 4
    var groups = 1
    var side = (height: 11, width: 9)
    var kernel = (3, 3)
    var step = (2, 2)
    var stride = (1, 1)
    /// Top, left, bottom, right; nil: as many as "same" takes.
    var pads: [Int]? = [0, 0, 0, 0]

    var testDescription: String { "\(kernel) \(step) \(stride) \(pads ?? []) \(groups)" }
  }

  static let cases = [
    Case(), Case(step: (1, 3)), Case(step: (3, 2), pads: [3, 2, 3, 2]),
    Case(kernel: (2, 3), step: (4, 1), pads: [1, 0, 3, 2]), Case(step: (2, 3), pads: nil),
    Case(kernel: (2, 2), step: (3, 2), pads: nil), Case(groups: 2, pads: [2, 2, 2, 2]),
    Case(stride: (2, 2), pads: [4, 4, 4, 4]), Case(kernel: (1, 3), step: (7, 2)),
    Case(channels: 4, groups: 4, step: (2, 2), pads: nil),
  ]

  private func numbers(_ count: Int, seed: UInt64) -> [Float] {
    var random = SeededNumbers(seed: seed)
    return (0..<count).map { _ in Float.random(in: -1...1, using: &random) }
  }

  /// Pixels before and after the map, for "same" with stride 1.
  private func pads(_ test: Case) -> [Int] {
    if let pads = test.pads { return pads }
    let (down, right) = ((test.kernel.0 - 1) * test.step.0, (test.kernel.1 - 1) * test.step.1)
    return [down / 2, right / 2, down - down / 2, right - right / 2]
  }

  /// Output by the definition, in double precision.
  private func expected(_ test: Case, _ x: [Float], _ weight: [Float], _ bias: [Float]) -> [Double]
  {
    let pads = pads(test)
    let inputs = test.channels / test.groups
    let perGroup = test.outputs / test.groups
    func count(_ side: Int, _ kernel: Int, _ step: Int, _ stride: Int, _ pads: Int) -> Int {
      (side + pads - (kernel - 1) * step - 1) / stride + 1
    }
    let rows = count(
      test.side.height, test.kernel.0, test.step.0, test.stride.0, pads[0] + pads[2])
    let columns = count(
      test.side.width, test.kernel.1, test.step.1, test.stride.1, pads[1] + pads[3])
    var result: [Double] = []
    for output in 0..<test.outputs {
      for row in 0..<rows {
        for column in 0..<columns {
          var sum = Double(bias[output])
          for input in 0..<inputs {
            for ky in 0..<test.kernel.0 {
              for kx in 0..<test.kernel.1 {
                let y = row * test.stride.0 + ky * test.step.0 - pads[0]
                let across = column * test.stride.1 + kx * test.step.1 - pads[1]
                guard (0..<test.side.height).contains(y), (0..<test.side.width).contains(across)
                else { continue }
                let channel = output / perGroup * inputs + input
                let at = (channel * test.side.height + y) * test.side.width + across
                let w = ((output * inputs + input) * test.kernel.0 + ky) * test.kernel.1 + kx
                sum += Double(x[at]) * Double(weight[w])
              }
            }
          }
          result.append(sum)
        }
      }
    }
    return result
  }

  private func compare(
    _ network: ImportedNetwork, _ test: Case, _ weight: [Float], _ bias: [Float],
    at layer: String
  ) throws {
    let shape = Shape(
      channels: test.channels, height: test.side.height, width: test.side.width)
    let x = numbers(shape.channels * shape.height * shape.width, seed: 3)
    let output = try ForwardPass(graph: network.graph, parameters: network.parameters)
      .output(Activation(channelsFirst: x, samples: 1, shape: shape), of: layer)
      .channelsFirst()
    let wanted = expected(test, x, weight, bias)
    #expect(output.count == wanted.count)
    for (a, b) in zip(output, wanted) { #expect(abs(Double(a) - b) < 1e-5) }
  }

  @Test("ONNX, against the definition", arguments: cases)
  func onnx(test: Case) throws {
    let dims = [test.outputs, test.channels / test.groups, test.kernel.0, test.kernel.1]
    let weight = numbers(dims.reduce(1, *), seed: 1)
    let bias = numbers(test.outputs, seed: 2)
    var conv = ONNXModelBytes.Operator(kind: "Conv", inputs: ["x", "w", "b"], output: "c")
    conv.integers = [
      "dilations": [test.step.0, test.step.1], "strides": [test.stride.0, test.stride.1],
      "group": [test.groups],
    ]
    if let pads = test.pads {
      conv.integers["pads"] = pads
    } else {
      conv.text["auto_pad"] = "SAME_UPPER"
    }
    let bytes = ONNXModelBytes.model(
      [conv, ONNXModelBytes.Operator(kind: "Flatten", inputs: ["c"], output: "y")],
      tensors: [
        ONNXModelBytes.tensor("w", dims: dims, values: weight),
        ONNXModelBytes.tensor("b", dims: [test.outputs], values: bias),
      ], input: [1, test.channels, test.side.height, test.side.width])
    let network = try ONNXFile.read(
      bytes, name: "m", folder: FileManager.default.temporaryDirectory)
    let node = network.graph.nodes.first {
      if case .convolution = $0.operation { true } else { false }
    }
    try compare(network, test, weight, bias, at: try #require(node?.name))
  }

  @Test(
    "Keras, against the definition",
    arguments: cases.filter { $0.stride == (1, 1) && ($0.pads ?? []).allSatisfy { $0 == 0 } })
  func keras(test: Case) throws {
    let inputs = test.channels / test.groups
    let isDepthwise = test.groups == test.channels
    let dims = [test.outputs, inputs, test.kernel.0, test.kernel.1]
    let weight = numbers(dims.reduce(1, *), seed: 1)
    let bias = numbers(test.outputs, seed: 2)
    // [height, width, inputs, outputs], or [height, width, channels, 1].
    var kernel: [Float] = []
    for pixel in 0..<test.kernel.0 * test.kernel.1 {
      for input in 0..<inputs {
        for output in 0..<test.outputs {
          kernel.append(weight[(output * inputs + input) * test.kernel.0 * test.kernel.1 + pixel])
        }
      }
    }
    let folder = try TemporaryFolder()
    let url = folder.url.appending(path: "a.h5")
    let file = try HDF5File.create(url)
    let root = try file.root()
    let layer =
      #""name":"conv","batch_input_shape":[null,\#(test.side.height),\#(test.side.width),"#
      + #"\#(test.channels)],"filters":\#(test.outputs),"kernel_size":[\#(test.kernel.0),"#
      + #"\#(test.kernel.1)],"dilation_rate":[\#(test.step.0),\#(test.step.1)],"#
      + #""padding":"\#(test.pads == nil ? "same" : "valid")","groups":\#(test.groups)"#
    let kind = isDepthwise ? "DepthwiseConv2D" : "Conv2D"
    try root.attributes.set(
      .text(
        #"{"class_name":"Sequential","config":{"layers":[{"class_name":"\#(kind)","config":{"#
          + layer + #"}},{"class_name":"Flatten","config":{"name":"flat"}}]}}"#),
      for: "model_config")
    let group = try root.createGroup("model_weights/conv")
    let name = isDepthwise ? "conv/depthwise_kernel:0" : "conv/kernel:0"
    try group.attributes.set(.texts([name, "conv/bias:0"]), for: "weight_names")
    let shape =
      isDepthwise
      ? [test.kernel.0, test.kernel.1, test.channels, 1]
      : [test.kernel.0, test.kernel.1, inputs, test.outputs]
    try group.createDataset(name, of: .float32, shape: shape).write(kernel)
    try group.createDataset("conv/bias:0", of: .float32, shape: [test.outputs]).write(bias)
    try file.close()
    let read = try network(url)
    // Keras flattens with the channels last: the map before is compared.
    let node = read.graph.nodes.first {
      if case .convolution = $0.operation { true } else { false }
    }
    try compare(read, test, weight, bias, at: try #require(node?.name))
  }

  @Test("what a file asks for is bounded, kernel by kernel and in all")
  func bounds() throws {
    #expect(DilatedKernels.side(3, step: 2) == 5)
    #expect(DilatedKernels.side(1, step: 1 << 40) == 1)
    for step in [Int.min, -1, 0, 2048, Int.max] {
      #expect(DilatedKernels.side(3, step: step) == nil)
    }
    var kernels = DilatedKernels()
    let small = Tensor(shape: [1, 1, 2, 2], values: [1, 2, 3, 4])
    #expect(
      try kernels.widened(small, to: Extent(height: 2, width: 3)).values == [1, 0, 2, 3, 0, 4])
    let large = Tensor(shape: [4, 1, 2, 2], values: [Float](repeating: 1, count: 16))
    #expect(throws: DilatedKernels.TooLarge.self) {
      try kernels.widened(large, to: Extent(DilatedKernels.largestSide))
    }
    let half = Extent(height: 4096, width: 2048)
    for _ in 0..<3 { _ = try kernels.widened(small, to: half) }
    #expect(throws: DilatedKernels.TooLarge.self) { try kernels.widened(small, to: half) }
    #expect(try kernels.widened(large, to: Extent(2)) == large)
  }
}
