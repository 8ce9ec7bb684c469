import Compute
internal import Foundation

/// What forward-bench was told.
struct Arguments {
  /// What a run does.
  enum Kind: String {
    case logits, layers, train
  }

  let kind: Kind
  let batch: Int
  let threads: Int
  private(set) var numerics = Numerics.fast
  let output: String
  let graph: Graph
  private let weights: String
  private let input: String

  init(_ arguments: [String]) throws {
    var words = arguments
    if let option = words.firstIndex(of: "--numerics") {
      let name = words.dropFirst(option + 1).first
      guard let numerics = name.flatMap(Numerics.init(rawValue:)) else {
        throw Problem(description: "--numerics is fast or strict")
      }
      self.numerics = numerics
      words.removeSubrange(option...option + 1)
    }
    guard words.count == 7, let kind = Kind(rawValue: words[0]), let size = Int(words[1]),
      let batch = Int(words[2]), let threads = Int(words[3]), batch > 0, threads > 0
    else {
      throw Problem(
        description: "usage: forward-bench logits|layers|train SIZE BATCH THREADS WEIGHTS INPUT "
          + "OUTPUT [--numerics fast|strict]")
    }
    (self.kind, self.batch, self.threads) = (kind, batch, threads)
    (weights, input, output) = (words[4], words[5], words[6])
    // Dropout is off on all sides, so that they can be held against one reference.
    graph = try Graph.vgg16(VGGOptions(inputSize: size, dropout: 0))
  }

  /// The network's parameters.
  func parameters() throws -> Parameters {
    let shapes = graph.parameterShapes()
    let values = try floats(weights, count: shapes.reduce(0) { $0 + $1.shape.reduce(1, *) })
    var parameters = Parameters()
    var first = 0
    for (name, shape) in shapes {
      let count = shape.reduce(1, *)
      parameters[name] = Tensor(shape: shape, values: Array(values[first..<first + count]))
      first += count
    }
    return parameters
  }

  /// The batch.
  func pictures() throws -> Activation {
    Activation(
      channelsFirst: try floats(input, count: batch * graph.input.count), samples: batch,
      shape: graph.input)
  }

  private func floats(_ path: String, count: Int) throws -> [Float] {
    let data = try Data(contentsOf: URL(filePath: path), options: .mappedIfSafe)
    guard data.count == 4 * count else {
      throw Problem(description: "\(path) holds \(data.count) bytes, not \(4 * count)")
    }
    return [Float](unsafeUninitializedCapacity: count) { buffer, filled in
      filled = data.copyBytes(to: buffer) / 4
    }
  }
}

extension Graph {
  /// Names and shapes of all parameters, in the order of the nodes.
  fileprivate func parameterShapes() -> [(name: String, shape: [Int])] {
    var before = input
    return layers.flatMap { layer -> [(name: String, shape: [Int])] in
      defer { before = layer.shape }
      let outputs = layer.shape.channels
      let weight: [Int]
      switch layer.kind {
      case "convolution": weight = [outputs, before.channels, 3, 3]
      case "dense": weight = [outputs, before.count]
      default: return []
      }
      return [("\(layer.name).weight", weight), ("\(layer.name).bias", [outputs])]
    }
  }
}
