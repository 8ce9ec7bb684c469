import Compute
import Foundation
import Testing

@testable import Ingest

@Suite("hostile ONNX files") struct HostileONNXTests {
  private typealias Operator = ONNXModelBytes.Operator

  private func problem(_ bytes: Data, folder: URL? = nil) -> String {
    do {
      _ = try ONNXFile.read(
        bytes, name: "m.onnx", folder: folder ?? FileManager.default.temporaryDirectory)
      return "none"
    } catch let error as IngestError {
      return error.description
    } catch {
      return "another error: \(error)"
    }
  }

  private func head(tensors: [Data]? = nil, before nodes: [Operator] = [], at value: String = "x")
    -> Data
  {
    ONNXModelBytes.model(
      nodes + ONNXModelBytes.head(value),
      tensors: tensors ?? [ONNXModelBytes.tensor("w", dims: [3, 2])])
  }

  @Test("the made-up model is sound, so that the others fail for their reasons")
  func sound() throws {
    #expect(problem(head()) == "none")
  }

  @Test("cycles, missing constants and doubled values")
  func graph() {
    let cycle = head(
      before: [
        Operator(kind: "Add", inputs: ["x", "b"], output: "a"),
        Operator(kind: "Relu", inputs: ["a"], output: "b"),
      ], at: "b")
    #expect(problem(cycle).contains("Add 'a' reads 'b', which nothing before it gives"))
    #expect(problem(head(tensors: [])).contains("MatMul 'y' reads 'w'"))
    let twice = head(
      before: [
        Operator(kind: "Relu", inputs: ["x"], output: "a"),
        Operator(kind: "Relu", inputs: ["x"], output: "a"),
      ], at: "a")
    #expect(problem(twice).contains("which another node gives already"))
    let same = [ONNXModelBytes.tensor("w", dims: [3, 2]), ONNXModelBytes.tensor("w", dims: [1])]
    #expect(problem(head(tensors: same)).contains("two constants named 'w'"))
  }

  @Test(
    "shapes that cannot be",
    arguments: [
      [-3, 2], [Int.max, Int.max], [1 << 40, 1 << 40], [1 << 20, 1 << 20],
      [3, 2, 1, 1, 1, 1, 1, 1, 1],
    ])
  func shapes(dims: [Int]) {
    let tensors = [ONNXModelBytes.tensor("w", dims: dims, count: 6)]
    #expect(problem(head(tensors: tensors)).contains("cannot read the ONNX model m.onnx"))
  }

  @Test("fewer numbers than the shape says, and a shape that would take gigabytes")
  func counts() {
    let short = [ONNXModelBytes.tensor("w", dims: [3, 2], count: 5)]
    #expect(problem(head(tensors: short)).contains("has 20 bytes; its shape [3, 2] needs 24"))
    let huge = [ONNXModelBytes.tensor("w", dims: [3, 1 << 28], count: 5)]
    #expect(problem(head(tensors: huge)).contains("far more memory than its files"))
  }

  @Test(
    "sides of the input",
    arguments: [[1, 3, -8, 8], [1, 3, 0, 8], [1, 3, 8], [1, 3, 1 << 50, 8]])
  func input(sides: [Int]) {
    let model = ONNXModelBytes.model(
      ONNXModelBytes.head("x"), tensors: [ONNXModelBytes.tensor("w", dims: [3, 2])], input: sides)
    #expect(problem(model).contains("its input"))
  }

  @Test("an operator that is not supported names itself and what is")
  func unsupported() {
    let text = problem(
      head(before: [Operator(kind: "LSTM", inputs: ["x"], output: "a")], at: "a"))
    #expect(text.contains("LSTM 'a' has an operator that is not supported"))
    #expect(text.contains("GlobalAveragePool"))
  }

  @Test("opsets that are not read", arguments: [0, 6, 22, -1])
  func opset(_ number: Int) {
    let model = ONNXModelBytes.model(
      ONNXModelBytes.head("x"), tensors: [ONNXModelBytes.tensor("w", dims: [3, 2])], opset: number)
    #expect(problem(model).contains("opset"))
  }

  @Test("lengths beyond the end, endless numbers, unknown wire types")
  func wire() {
    #expect(problem(Data([0x3a, 0xff, 0xff, 0xff, 0xff, 0x7f])).contains("beyond the end"))
    #expect(
      problem(Data([0x3a] + Array(repeating: 0xff, count: 9) + [0x01])).contains("beyond the end"))
    #expect(
      problem(Data([0x08] + Array(repeating: 0xff, count: 12))).contains("longer than 64 bits"))
    #expect(problem(Data([0x0b])).contains("wire type 3"))
    #expect(problem(Data([0x08])).contains("ends within a number"))
    #expect(problem(Data()).contains("holds no ONNX graph"))
    #expect(problem(Data([0x00, 0x01])).contains("impossible number"))
  }

  @Test("graphs nested 10,000 deep")
  func nesting() {
    // Graph in node in graph …: attribute 6 of node field 5 of graph field 1.
    var inner = Data()
    for _ in 0..<10_000 {
      var attribute = ProtobufWriter()
      attribute.add(6, bytes: inner)
      var node = ProtobufWriter()
      node.add(5, bytes: attribute.bytes)
      var graph = ProtobufWriter()
      graph.add(1, bytes: node.bytes)
      inner = graph.bytes
    }
    var model = ProtobufWriter()
    model.add(7, bytes: inner)
    #expect(problem(model.bytes).contains("cannot read the ONNX model"))
  }

  @Test("attributes with absurd numbers", arguments: [Int.min, -1, 0, 1 << 40, Int.max])
  func attributes(number: Int) {
    let kernel = [ONNXModelBytes.tensor("k", dims: [4, 3, 3, 3])]
    let weight = [ONNXModelBytes.tensor("w", dims: [4, 2])]
    for name in ["strides", "pads", "kernel_shape", "group", "dilations"] {
      let values = name == "group" ? [number] : name == "pads" ? [0, 0, number, 0] : [number, 3]
      let node = Operator(
        kind: "Conv", inputs: ["x", "k"], output: "c", integers: [name: values])
      let text = problem(head(tensors: kernel + weight, before: [node], at: "c"))
      #expect(text != "none" || name == "group" || name == "pads" && number == 0, "\(name)")
      #expect(!text.contains("another error"))
    }
    for kind in ["Flatten", "Softmax", "Squeeze", "ReduceMean", "Concat", "Transpose", "MaxPool"] {
      var node = Operator(kind: kind, inputs: ["x"], output: "c")
      for name in ["axis", "axes", "perm", "kernel_shape", "strides"] {
        node.integers[name] = [number, number]
      }
      #expect(!problem(head(before: [node], at: "c")).contains("another error"))
    }
  }
}
