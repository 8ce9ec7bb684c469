import Compute
import Foundation
import Testing

/// The operations beyond VGG's, against hand-computed numbers and plain loops of doubles.
@Suite("Operations")
struct OperationTests {
  @Test("A border of zeros, and one that never wins a maximum")
  func borders() throws {
    let input = Shape(channels: 1, height: 2, width: 3)
    let x: [Float] = [1, 2, 3, 4, 5, 6]
    let padding = Padding(top: 1, left: 0, bottom: 0, right: 2)
    let zeros = try run([.pad(padding: padding, value: .zeros)], input, x)
    #expect(zeros == [0, 0, 0, 0, 0, 1, 2, 3, 0, 0, 4, 5, 6, 0, 0])
    let pool = Compute.Operation.maxPool(
      kernel: Extent(2), stride: Extent(height: 2, width: 2), padding: Extent(0))
    let below: [Float] = x.map { -$0 }
    let one = Padding(top: 0, left: 0, bottom: 0, right: 1)
    #expect(try run([.pad(padding: one, value: .lowest), pool], input, below) == [-1, -3])
    #expect(try run([.pad(padding: one, value: .zeros), pool], input, below) == [-1, 0])
  }

  @Test("Means leave the border out")
  func averages() throws {
    // As Keras has it: "same" padding of a pool of 2 at a distance of 2 over 3×3.
    let x: [Float] = [1, -2, 3, 4, 5, -6, 7, 8, 9]
    let pool = Compute.Operation.averagePoolExcludingPadding(
      kernel: Extent(2), stride: Extent(2),
      padding: Padding(top: 0, left: 0, bottom: 1, right: 1))
    #expect(try run([pool], Shape(channels: 1, height: 3, width: 3), x) == [2, -1.5, 7.5, 9])
    let other = Compute.Operation.averagePoolExcludingPadding(
      kernel: Extent(2), stride: Extent(2),
      padding: Padding(top: 1, left: 1, bottom: 0, right: 0))
    #expect(try run([other], Shape(channels: 1, height: 3, width: 3), x) == [1, 0.5, 5.5, 4])
  }

  @Test("Channels are set side by side, in the order of the inputs")
  func concatenation() throws {
    let graph = try Graph(
      input: Shape(channels: 2, height: 2, width: 1),
      nodes: [
        Node("low", .clip(low: nil, high: 0), inputs: ["input"]),
        Node("all", .concat, inputs: ["low", "input", "low"], isLayer: true),
      ])
    let x: [Float] = [1, -2, -3, 4]
    let output = try ForwardPass(graph: graph, parameters: Parameters())
      .output(Activation(samples: 1, shape: graph.input, values: x))
    #expect(output.shape == Shape(channels: 6, height: 2, width: 1))
    #expect(output.values == [0, -2, 1, -2, 0, -2, -3, 0, -3, 4, -3, 0])
  }

  @Test("Products of equal shapes, and by one factor a channel on either side")
  func products() throws {
    let shape = Shape(channels: 2, height: 2, width: 2)
    let x = randomActivation(samples: 3, shape: shape, seed: 1)
    let squares = try run([.multiply], shape, x.values, samples: 3)
    #expect(squares == x.values.map { $0 * $0 })
    for inputs in [["input", "mean"], ["mean", "input"]] {
      let graph = try Graph(
        input: shape,
        nodes: [
          Node("mean", .globalAveragePool, inputs: ["input"], isLayer: true),
          Node("gated", .multiply, inputs: inputs, isLayer: true),
        ])
      let pass = try ForwardPass(graph: graph, parameters: Parameters(), threads: 2)
      let mean = try pass.output(x, of: "mean")
      let gated = try pass.output(x)
      for (index, value) in gated.values.enumerated() {
        #expect(value == x.values[index] * mean.values[index / 8 * 2 + index % 2])
      }
    }
  }

  @Test("One weight and one bias a channel; a bias may be missing")
  func scales() throws {
    let graph = try Graph(
      input: Shape(channels: 2, height: 1, width: 2),
      nodes: [Node("s", .scale, inputs: ["input"], isLayer: true)])
    let weight = ("s.weight", Tensor(shape: [2], values: [2, -1]))
    let x = Activation(samples: 1, shape: graph.input, values: [1, 2, 3, 4])
    let bare = try ForwardPass(graph: graph, parameters: Parameters([weight])).output(x)
    #expect(bare.values == [2, -2, 6, -4])
    let bias = ("s.bias", Tensor(shape: [2], values: [0.5, 10]))
    let whole = try ForwardPass(graph: graph, parameters: Parameters([weight, bias])).output(x)
    #expect(whole.values == [2.5, 8, 6.5, 6])
    #expect(throws: NetworkError.self) {
      try ForwardPass(graph: graph, parameters: Parameters([bias]))
    }
  }

  /// A function by its definition, in double precision.
  struct Function: CustomTestStringConvertible, Sendable {
    let operation: Compute.Operation
    let definition: @Sendable (Double) -> Double
    var testDescription: String { operation.kind }
  }

  static let functions: [Function] = [
    Function(operation: .sigmoid) { 1 / (1 + exp(-$0)) },
    Function(operation: .clip(low: 0, high: 6)) { min(max($0, 0), 6) },
    Function(operation: .clip(low: -1, high: nil)) { max($0, -1) },
    Function(operation: .clip(low: nil, high: 0.5)) { min($0, 0.5) },
    Function(operation: .leakyRelu(slope: 0.1)) { $0 < 0 ? 0.1 * $0 : $0 },
    Function(operation: .activation(kind: .elu)) { $0 < 0 ? exp($0) - 1 : $0 },
    Function(operation: .activation(kind: .gelu)) { $0 * (1 + erf($0 / 2.0.squareRoot())) / 2 },
    Function(operation: .activation(kind: .geluTanh)) {
      0.5 * $0 * (1 + tanh((2 / Double.pi).squareRoot() * ($0 + 0.044715 * pow($0, 3))))
    },
    Function(operation: .activation(kind: .hardSigmoid)) { min(max($0 + 3, 0), 6) / 6 },
    Function(operation: .activation(kind: .hardSwish)) { $0 * min(max($0 + 3, 0), 6) / 6 },
    Function(operation: .activation(kind: .mish)) { $0 * tanh(log(1 + exp($0))) },
    Function(operation: .activation(kind: .selu)) {
      1.0507009873554805 * ($0 < 0 ? 1.6732632423543772 * (exp($0) - 1) : $0)
    },
    Function(operation: .activation(kind: .softplus)) { log(1 + exp($0)) },
    Function(operation: .activation(kind: .swish)) { $0 / (1 + exp(-$0)) },
    Function(operation: .activation(kind: .tanh)) { tanh($0) },
  ]

  @Test("Functions equal their definitions to 1e-6", arguments: functions)
  func function(_ function: Function) throws {
    let shape = Shape(channels: 5, height: 40, width: 3)
    let x = (0..<shape.count).map { Float($0 - 300) / 40 }
    let y = try run([function.operation], shape, x)
    for (x, y) in zip(x, y) {
      let expected = function.definition(Double(x))
      #expect(abs(Double(y) - expected) <= 1e-6 * max(1, abs(expected)), "at \(x)")
    }
  }

  @Test("Every kind of function is checked, and stays finite far out")
  func allFunctions() throws {
    let kinds = Set(OperationTests.functions.map(\.operation.kind))
    #expect(kinds.isSuperset(of: Nonlinearity.allCases.map(\.rawValue)))
    let shape = Shape(channels: 2)
    for function in OperationTests.functions {
      let y = try run([function.operation], shape, [-1e4, 1e4])
      let isFinite = y.allSatisfy { $0.isFinite }
      #expect(isFinite, "\(function.operation.kind): \(y)")
    }
  }

  /// Runs operations one after the other; one that takes two inputs gets the same one twice.
  private func run(
    _ operations: [Compute.Operation], _ shape: Shape, _ x: [Float], samples: Int = 1
  ) throws -> [Float] {
    let nodes = operations.enumerated().map { index, operation in
      let source = index == 0 ? "input" : "n\(index - 1)"
      return Node(
        "n\(index)", operation, inputs: operation == .multiply ? [source, source] : [source],
        isLayer: true)
    }
    let graph = try Graph(input: shape, nodes: nodes)
    return try ForwardPass(graph: graph, parameters: Parameters(), threads: 2)
      .output(Activation(samples: samples, shape: shape, values: x)).values
  }
}
