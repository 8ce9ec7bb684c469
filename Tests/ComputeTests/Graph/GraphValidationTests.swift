import Compute
import Foundation
import Testing

@Suite("Graph validation")
struct GraphValidationTests {
  struct Wrong: CustomTestStringConvertible, Sendable {
    let name: String
    var input = Shape(channels: 3, height: 8, width: 8)
    let nodes: [Node]
    let complaint: String
    var testDescription: String { name }
  }

  private static func conv(
    _ outputs: Int = 4, kernel: Int = 3, stride: Int = 1, padding: Int = 1, groups: Int = 1
  ) -> Compute.Operation {
    .convolution(
      outputs: outputs, kernel: Extent(kernel), stride: Extent(stride), padding: Extent(padding),
      groups: groups)
  }

  private static func one(_ operation: Compute.Operation) -> [Node] {
    [Node("a", operation, inputs: ["input"], isLayer: true)]
  }

  static let wrong: [Wrong] = [
    Wrong(name: "no nodes", nodes: [], complaint: "1 to"),
    Wrong(
      name: "too many nodes",
      nodes: (0..<5000).map { Node("n\($0)", .relu, inputs: ["input"]) }, complaint: "5000"),
    Wrong(
      name: "input of nothing", input: Shape(channels: 0, height: 8, width: 8), nodes: one(.relu),
      complaint: "input shape"),
    Wrong(
      name: "negative input", input: Shape(channels: 3, height: -8, width: -8), nodes: one(.relu),
      complaint: "input shape"),
    Wrong(
      name: "overflowing input", input: Shape(channels: .max, height: .max, width: 2),
      nodes: one(.relu), complaint: "input shape"),
    Wrong(
      name: "unknown input", nodes: [Node("a", .relu, inputs: ["b"])],
      complaint: "does not have"),
    Wrong(
      name: "cycle",
      nodes: [Node("a", .relu, inputs: ["b"]), Node("b", .relu, inputs: ["a"])],
      complaint: "comes later"),
    Wrong(name: "own input", nodes: [Node("a", .relu, inputs: ["a"])], complaint: "comes later"),
    Wrong(
      name: "doubled name",
      nodes: [Node("a", .relu, inputs: ["input"]), Node("a", .relu, inputs: ["a"])],
      complaint: "are named 'a'"),
    Wrong(
      name: "named input", nodes: [Node("input", .relu, inputs: ["input"])],
      complaint: "are named 'input'"),
    Wrong(name: "empty name", nodes: [Node("", .relu, inputs: ["input"])], complaint: "1 to 200"),
    Wrong(
      name: "line break in a name", nodes: [Node("a\nb", .relu, inputs: ["input"])],
      complaint: "no spaces"),
    Wrong(
      name: "too few inputs", nodes: [Node("a", .add, inputs: ["input"])], complaint: "2 inputs"),
    Wrong(name: "no inputs", nodes: [Node("a", .relu, inputs: [])], complaint: "1 inputs"),
    Wrong(
      name: "shared parameters",
      nodes: [Node("a.conv", conv(), inputs: ["input"]), Node("a", conv(), inputs: ["a.conv"])],
      complaint: "own the parameters"),
    Wrong(name: "no outputs", nodes: one(conv(0)), complaint: "positive"),
    Wrong(name: "no groups", nodes: one(conv(groups: 0)), complaint: "positive"),
    Wrong(name: "uneven groups", nodes: one(conv(groups: 2)), complaint: "do not divide"),
    Wrong(name: "no kernel", nodes: one(conv(kernel: 0, padding: 0)), complaint: "kernel"),
    Wrong(name: "no stride", nodes: one(conv(stride: 0)), complaint: "stride"),
    Wrong(name: "huge stride", nodes: one(conv(stride: .max)), complaint: "stride"),
    Wrong(name: "negative padding", nodes: one(conv(padding: -1)), complaint: "padding"),
    Wrong(name: "wide padding", nodes: one(conv(padding: 3)), complaint: "padding"),
    Wrong(name: "large kernel", nodes: one(conv(kernel: 11)), complaint: "larger than"),
    Wrong(name: "absurd outputs", nodes: one(conv(1 << 60)), complaint: "would hold"),
    Wrong(name: "dense on a picture", nodes: one(.dense(outputs: 2)), complaint: "flatten"),
    Wrong(
      name: "absurd dense layer",
      nodes: [
        Node("f", .flatten, inputs: ["input"]), Node("a", .dense(outputs: .max), inputs: ["f"]),
      ], complaint: "would hold"),
    Wrong(
      name: "addition of unlike shapes",
      nodes: [Node("a", conv(), inputs: ["input"]), Node("b", .add, inputs: ["a", "input"])],
      complaint: "cannot add"),
    Wrong(name: "negative epsilon", nodes: one(.batchNorm(epsilon: -1)), complaint: "epsilon"),
    Wrong(
      name: "certain dropout", nodes: one(.dropout(probability: 1)), complaint: "probability"),
    Wrong(
      name: "wide pool padding",
      nodes: one(.maxPool(kernel: Extent(3), stride: Extent(2), padding: Extent(2))),
      complaint: "half"),
    Wrong(
      name: "negative border", nodes: one(pad(-1)), complaint: "a border has 0...4096"),
    Wrong(name: "endless border", nodes: one(pad(.max)), complaint: "a border has 0...4096"),
    Wrong(
      name: "border beyond the window",
      nodes: one(
        .averagePoolExcludingPadding(
          kernel: Extent(2), stride: Extent(1),
          padding: Padding(top: 0, left: 0, bottom: 2, right: 0))), complaint: "smaller than"),
    Wrong(
      name: "kernel larger than picture and border",
      nodes: one(
        .averagePoolExcludingPadding(
          kernel: Extent(10), stride: Extent(1),
          padding: Padding(top: 0, left: 0, bottom: 1, right: 1))), complaint: "larger than"),
    Wrong(
      name: "nothing beside it", nodes: [Node("a", .concat, inputs: ["input"])],
      complaint: "at least 2 inputs"),
    Wrong(
      name: "unlike sides",
      nodes: [Node("a", pad(1), inputs: ["input"]), Node("b", .concat, inputs: ["a", "input"])],
      complaint: "beside"),
    Wrong(
      name: "unlike factors",
      nodes: [Node("a", pad(1), inputs: ["input"]), Node("b", .multiply, inputs: ["input", "a"])],
      complaint: "cannot multiply"),
    Wrong(name: "bounds in reverse", nodes: one(.clip(low: 1, high: 0)), complaint: "bounds"),
    Wrong(name: "no bound", nodes: one(.clip(low: .nan, high: nil)), complaint: "bounds"),
    Wrong(name: "endless slope", nodes: one(.leakyRelu(slope: .infinity)), complaint: "slope"),
  ]

  private static func pad(_ side: Int) -> Compute.Operation {
    .pad(padding: Padding(top: 0, left: side, bottom: 0, right: 0), value: .zeros)
  }

  @Test("An impossible graph is refused, and the message says why", arguments: wrong)
  func refusal(_ wrong: Wrong) throws {
    let error = #expect(throws: NetworkError.self) {
      try Graph(input: wrong.input, nodes: wrong.nodes)
    }
    let message = error?.description ?? ""
    #expect(error?.kind == .graph)
    #expect(message.contains(wrong.complaint), "\(message)")
  }

  @Test("Options that VGG16 cannot meet are refused")
  func options() {
    for options in [
      VGGOptions(inputSize: 31), VGGOptions(inputSize: 1 << 40), VGGOptions(width: 0),
      VGGOptions(width: .nan), VGGOptions(classes: 0), VGGOptions(denseWidth: -1),
      VGGOptions(dropout: 1),
    ] {
      #expect(throws: NetworkError.self) { try Graph.vgg16(options) }
    }
  }

  @Test("A newer format version is refused by name")
  func version() throws {
    var text = String(decoding: try JSONEncoder().encode(SmallGraphs.residual()), as: UTF8.self)
    text = text.replacingOccurrences(of: "\"version\":1", with: "\"version\":2")
    let error = #expect(throws: NetworkError.self) {
      try JSONDecoder().decode(Graph.self, from: Data(text.utf8))
    }
    #expect(error?.description.contains("version 2") == true)
  }

  @Test("An operation of another program is refused by the names of node and operation")
  func unknownOperation() throws {
    let text = String(decoding: try JSONEncoder().encode(SmallGraphs.residual()), as: UTF8.self)
    for (known, unknown) in [
      ("{\"add\":{}}", "{\"attention\":{\"heads\":8}}"), ("{\"add\":{}}", "{\"clip\":[]}"),
      ("{\"add\":{}}", "{\"activation\":{\"kind\":\"snake\"}}"),
    ] {
      let changed = text.replacingOccurrences(of: known, with: unknown)
      let error = #expect(throws: NetworkError.self) {
        try JSONDecoder().decode(Graph.self, from: Data(changed.utf8))
      }
      let message = error?.description ?? ""
      #expect(message.contains("node 'sum.add' has the operation '"), "\(message)")
      #expect(message.contains("newer"), "\(message)")
    }
  }

  @Test("Damaged JSON never crashes: it is refused, or is another possible graph")
  func damaged() throws {
    let whole = try JSONEncoder().encode(SmallGraphs.residual())
    var refused = 0
    for trial in 0..<3000 {
      var stream = RandomStream(seed: 11, UInt64(trial))
      var bytes = [UInt8](whole)
      for _ in 0...stream.below(3) {
        let replacements = Array("0123456789-{}[],\"".utf8)
        bytes[stream.below(bytes.count)] = replacements[stream.below(replacements.count)]
      }
      do {
        let graph = try JSONDecoder().decode(Graph.self, from: Data(bytes))
        #expect(graph.shapes.count == graph.nodes.count)
      } catch {
        refused += 1
      }
    }
    #expect(refused > 1000)
  }
}
