// Explains one batch again and again, so that a peer can be timed in turn with it.
//
//   relevance-bench SIZE BATCH THREADS WEIGHTS INPUT RELEVANCE
//
// WEIGHTS holds VGG16's parameters in the order of the graph, INPUT a batch in channels-first
// order, both plain float32. Each line on stdin runs the batch once and is answered by the seconds
// that it took; at the end the relevance is written to RELEVANCE, channels first.
import Compute
import Foundation

struct Problem: Error, CustomStringConvertible {
  let description: String
}

func floats(_ path: String, count: Int) throws -> [Float] {
  let data = try Data(contentsOf: URL(filePath: path), options: .mappedIfSafe)
  guard data.count == 4 * count else {
    throw Problem(description: "\(path) holds \(data.count) bytes, not \(4 * count)")
  }
  return [Float](unsafeUninitializedCapacity: count) { buffer, filled in
    filled = data.copyBytes(to: buffer) / 4
  }
}

func benchmark(_ arguments: [String]) throws {
  guard arguments.count == 6, let size = Int(arguments[0]), let batch = Int(arguments[1]),
    let threads = Int(arguments[2])
  else {
    throw Problem(
      description: "usage: relevance-bench SIZE BATCH THREADS WEIGHTS INPUT RELEVANCE")
  }
  let graph = try Graph.vgg16(VGGOptions(inputSize: size))
  let shapes = graph.initialShapes()
  let values = try floats(
    arguments[3], count: shapes.reduce(0) { $0 + $1.shape.reduce(1, *) })
  var parameters = Parameters()
  var first = 0
  for (name, shape) in shapes {
    let count = shape.reduce(1, *)
    parameters[name] = Tensor(shape: shape, values: Array(values[first..<first + count]))
    first += count
  }
  let inputs = Activation(
    channelsFirst: try floats(arguments[4], count: batch * graph.input.count), samples: batch,
    shape: graph.input)
  let propagation = try RelevancePropagation(
    graph: graph, parameters: parameters, threads: threads)
  let targets = (0..<batch).map { RelevanceTarget.logit($0) }
  var relevance: Activation?
  print("ready")
  fflush(nil)
  while readLine() != nil {
    let start = DispatchTime.now().uptimeNanoseconds
    relevance = try propagation.run(inputs, targets: targets).input
    print(Double(DispatchTime.now().uptimeNanoseconds - start) / 1e9)
    fflush(nil)
  }
  let bytes = relevance?.channelsFirst().withUnsafeBytes { Data($0) } ?? Data()
  try bytes.write(to: URL(filePath: arguments[5]))
}

extension Graph {
  /// Names and shapes of all parameters, in the order of the nodes.
  func initialShapes() -> [(name: String, shape: [Int])] {
    var channels = input.channels
    var inputs = 0
    return layers.flatMap { layer -> [(name: String, shape: [Int])] in
      defer {
        channels = layer.shape.channels
        inputs = layer.shape.count
      }
      let weight: [Int]
      switch layer.kind {
      case "convolution": weight = [layer.shape.channels, channels, 3, 3]
      case "dense": weight = [layer.shape.channels, inputs]
      default: return []
      }
      return [("\(layer.name).weight", weight), ("\(layer.name).bias", [layer.shape.channels])]
    }
  }
}

do {
  try benchmark(Array(CommandLine.arguments.dropFirst()))
} catch {
  FileHandle.standardError.write(Data("relevance-bench: \(error)\n".utf8))
  exit(1)
}
