import Compute
import Foundation

/// Relevance of one sample by matrices of doubles: slow, and as plain as the definitions.
struct ReferencePropagation {
  let graph: Graph
  let parameters: Parameters
  let composite: RelevanceComposite
  let bias: RelevanceBias
  /// Lowest and highest input, one number for all.
  var range = (low: -3.0, high: 3.0)

  /// Relevance of every value by name, the input's included, channels first.
  func run(_ input: [Float], target: Int) -> [String: [Double]] {
    var values = [Graph.inputName: input.map { Double($0) }]
    var layers: [String: MatrixLayer] = [:]
    for (index, node) in graph.nodes.enumerated() {
      let x = values[node.inputs[0]] ?? []
      var layer = MatrixLayer(
        node, input: shape(node), output: graph.shapes[index], parameters: parameters)
      if let norm = mergedNorm(after: node) { layer = layer.map { $0.followed(by: norm) } }
      if isMerged(node) { layer = nil }
      if let layer {
        layers[node.name] = layer
        values[node.name] = layer.apply(x)
      } else {
        values[node.name] = plain(node, node.inputs.map { values[$0] ?? [] }, index)
      }
    }
    var relevance: [String: [Double]] = [:]
    let logits = graph.nodes[graph.nodes.count - 1].name
    relevance[logits] = (values[logits] ?? []).enumerated().map { $0 == target ? $1 : 0 }
    for (index, node) in graph.nodes.enumerated().reversed() {
      let x = node.inputs.map { values[$0] ?? [] }
      for (name, part) in zip(
        node.inputs, back(node, layers[node.name], x, relevance[node.name] ?? [], index))
      {
        relevance[name] = relevance[name].map { zip($0, part).map(+) } ?? part
      }
    }
    return relevance
  }

  private func back(
    _ node: Node, _ layer: MatrixLayer?, _ x: [[Double]], _ relevance: [Double], _ index: Int
  ) -> [[Double]] {
    if let layer {
      let box = x[0].map { _ in 0.0 }
      return [
        layer.relevance(
          rule(node), x[0], relevance, keepsBias: bias == .keep,
          low: box.map { _ in range.low }, high: box.map { _ in range.high })
      ]
    }
    switch node.operation {
    case .add:
      return x.map { part in
        part.indices.map { part[$0] * relevance[$0] / stabilised(x[0][$0] + x[1][$0]) }
      }
    case .maxPool(let kernel, let stride, let padding):
      var result = Array(repeating: 0.0, count: x[0].count)
      forEachMaximum(x[0], shape(node), graph.shapes[index], kernel, stride, padding) {
        result[$1] += relevance[$0]
      }
      return [result]
    case .pad(let padding, _):
      return [padding.places(shape(node), graph.shapes[index]).map { relevance[$0] }]
    case .concat:
      var rest = relevance[...]
      return x.map { part in
        defer { rest = rest.dropFirst(part.count) }
        return Array(rest.prefix(part.count))
      }
    case .multiply: return [relevance, x[1].map { _ in 0 }]
    default: return [relevance]
    }
  }

  private func rule(_ node: Node) -> RelevanceRule {
    switch node.operation {
    case .convolution:
      node == graph.nodes.first { $0.operation.kind == "convolution" }
        ? composite.first ?? composite.convolution : composite.convolution
    case .dense: composite.dense
    default: .epsilon(1e-6)
    }
  }

  /// Nodes without weights.
  private func plain(_ node: Node, _ inputs: [[Double]], _ index: Int) -> [Double] {
    let x = inputs[0]
    switch node.operation {
    case .relu: return x.map { max($0, 0) }
    case .add: return zip(x, inputs[1]).map(+)
    case .clip(let low, let high):
      return x.map { min(max($0, low ?? -.infinity), high ?? .infinity) }
    case .sigmoid: return x.map { 1 / (1 + exp(-$0)) }
    case .concat: return inputs.flatMap { $0 }
    case .multiply:
      let pixels = x.count / inputs[1].count
      return x.enumerated().map { $1 * inputs[1][$0 / pixels] }
    case .pad(let padding, let value):
      let border = value == .zeros ? 0 : -Double.greatestFiniteMagnitude
      var result = Array(repeating: border, count: graph.shapes[index].count)
      for (place, value) in zip(padding.places(shape(node), graph.shapes[index]), x) {
        result[place] = value
      }
      return result
    case .maxPool(let kernel, let stride, let padding):
      var result = Array(repeating: 0.0, count: graph.shapes[index].count)
      forEachMaximum(x, shape(node), graph.shapes[index], kernel, stride, padding) {
        result[$0] = x[$1]
      }
      return result
    default: return x
    }
  }

  private func forEachMaximum(
    _ x: [Double], _ input: Shape, _ output: Shape, _ kernel: Extent, _ stride: Extent,
    _ padding: Extent, _ body: (_ output: Int, _ winner: Int) -> Void
  ) {
    for channel in 0..<input.channels {
      var winners: [Int: Int] = [:]
      MatrixLayer.forEachTap(input, output, kernel, stride, padding) { out, at, _ in
        let place = channel * input.pixels + at
        if winners[out].map({ x[place] > x[$0] }) ?? true { winners[out] = place }
      }
      for (out, winner) in winners { body(channel * output.pixels + out, winner) }
    }
  }

  private func shape(_ node: Node) -> Shape { graph.shape(of: node.inputs[0]) ?? graph.input }

  private func isMerged(_ node: Node) -> Bool {
    guard case .batchNorm = node.operation, let source = graph.index(of: node.inputs[0]) else {
      return false
    }
    if case .convolution = graph.nodes[source].operation { return true }
    return false
  }

  private func mergedNorm(after node: Node) -> MatrixLayer? {
    guard let norm = graph.nodes.first(where: { $0.inputs[0] == node.name && isMerged($0) }) else {
      return nil
    }
    return MatrixLayer(norm, input: shape(norm), output: shape(norm), parameters: parameters)
  }
}

extension Padding {
  /// Where each number of the input lies in the output, channels first.
  fileprivate func places(_ input: Shape, _ output: Shape) -> [Int] {
    (0..<input.count).map { place in
      let (channel, pixel) = place.quotientAndRemainder(dividingBy: input.pixels)
      let (y, x) = pixel.quotientAndRemainder(dividingBy: input.width)
      return (channel * output.height + y + top) * output.width + x + left
    }
  }
}
