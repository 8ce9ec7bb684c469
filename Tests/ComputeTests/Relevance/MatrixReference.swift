import Compute

/// A linear layer as a dense matrix of doubles; vectors are in channels-first order.
struct MatrixLayer {
  /// [outputs][inputs].
  var weights: [[Double]]
  /// Whether an output sees an input at all, whatever the weight.
  let seen: [[Bool]]
  var bias: [Double]

  /// The matrix of a node, nil if it is none of convolution, dense, average pools, batch norm and scale.
  init?(_ node: Node, input: Shape, output: Shape, parameters: Parameters) {
    let (rows, columns) = (output.count, input.count)
    var weights = Array(repeating: Array(repeating: 0.0, count: columns), count: rows)
    var seen = Array(repeating: Array(repeating: false, count: columns), count: rows)
    let learnt = { (suffix: String) in
      parameters["\(node.parameterPrefix).\(suffix)"]?.values.map { Double($0) }
    }
    var bias = Array(repeating: 0.0, count: rows)
    let perChannel = { (values: [Double]) in (0..<rows).map { values[$0 / output.pixels] } }
    switch node.operation {
    case .convolution(_, let kernel, let stride, let padding, let groups):
      let (groupInputs, groupOutputs) = (input.channels / groups, output.channels / groups)
      let w = learnt("weight") ?? []
      MatrixLayer.forEachTap(input, output, kernel, stride, padding) { out, at, tap in
        for o in 0..<output.channels {
          for i in 0..<groupInputs {
            let channel = o / groupOutputs * groupInputs + i
            let (row, column) = (o * output.pixels + out, channel * input.pixels + at)
            weights[row][column] = w[(o * groupInputs + i) * kernel.height * kernel.width + tap]
            seen[row][column] = true
          }
        }
      }
      if let b = learnt("bias") { bias = perChannel(b) }
    case .dense:
      let w = learnt("weight") ?? []
      for row in 0..<rows { weights[row] = Array(w[row * columns..<(row + 1) * columns]) }
      seen = Array(repeating: Array(repeating: true, count: columns), count: rows)
      if let b = learnt("bias") { bias = b }
    case .averagePool(let kernel, let stride, let padding):
      MatrixLayer.forEachTap(input, output, kernel, stride, padding) { out, at, _ in
        for c in 0..<input.channels {
          weights[c * output.pixels + out][c * input.pixels + at] =
            1 / Double(kernel.height * kernel.width)
        }
      }
    case .averagePoolExcludingPadding(let kernel, let stride, let padding):
      let border = Extent(height: padding.top, width: padding.left)
      var counts = Array(repeating: 0.0, count: output.pixels)
      MatrixLayer.forEachTap(input, output, kernel, stride, border) { out, _, _ in
        counts[out] += 1
      }
      MatrixLayer.forEachTap(input, output, kernel, stride, border) { out, at, _ in
        for c in 0..<input.channels {
          weights[c * output.pixels + out][c * input.pixels + at] = 1 / counts[out]
        }
      }
    case .scale:
      let (scale, shift) = (learnt("weight") ?? [], learnt("bias") ?? [])
      for row in 0..<rows {
        weights[row][row] = scale[row / input.pixels]
        bias[row] = shift[row / input.pixels]
      }
    case .globalAveragePool:
      for column in 0..<columns {
        weights[column / input.pixels][column] = 1 / Double(input.pixels)
      }
    case .batchNorm(let epsilon):
      let (scale, variance) = (learnt("weight") ?? [], learnt("running_var") ?? [])
      let (shift, mean) = (learnt("bias") ?? [], learnt("running_mean") ?? [])
      for row in 0..<rows {
        let c = row / input.pixels
        weights[row][row] = scale[c] / (variance[c] + epsilon).squareRoot()
        bias[row] = shift[c] - mean[c] * weights[row][row]
      }
    default: return nil
    }
    (self.weights, self.seen, self.bias) = (weights, seen, bias)
  }

  /// This layer and then a diagonal one.
  func followed(by diagonal: MatrixLayer) -> MatrixLayer {
    var merged = self
    for row in weights.indices {
      let factor = diagonal.weights[row][row]
      merged.weights[row] = weights[row].map { $0 * factor }
      merged.bias[row] = bias[row] * factor + diagonal.bias[row]
    }
    return merged
  }

  /// W·x + b.
  func apply(_ x: [Double]) -> [Double] {
    zip(weights, bias).map { row, b in zip(row, x).reduce(b) { $0 + $1.0 * $1.1 } }
  }

  /// Every position of a window and every tap of it that lies inside the image.
  static func forEachTap(
    _ input: Shape, _ output: Shape, _ kernel: Extent, _ stride: Extent, _ padding: Extent,
    _ body: (_ output: Int, _ input: Int, _ tap: Int) -> Void
  ) {
    for y in 0..<output.height {
      for x in 0..<output.width {
        for tap in 0..<kernel.height * kernel.width {
          let row = y * stride.height - padding.height + tap / kernel.width
          let column = x * stride.width - padding.width + tap % kernel.width
          guard (0..<input.height).contains(row), (0..<input.width).contains(column) else {
            continue
          }
          body(y * output.width + x, row * input.width + column, tap)
        }
      }
    }
  }
}

extension MatrixLayer {
  /// Relevance of the inputs by the definition of the rule, term by term.
  func relevance(
    _ rule: RelevanceRule, _ x: [Double], _ relevance: [Double], keepsBias: Bool,
    low: [Double] = [], high: [Double] = []
  ) -> [Double] {
    var result = Array(repeating: 0.0, count: x.count)
    for (j, row) in weights.enumerated() {
      let b = keepsBias ? bias[j] : 0
      let share = { (factor: Double, terms: [Double], sum: Double) in
        for i in result.indices { result[i] += factor * terms[i] * relevance[j] / sum }
      }
      let products = zip(x, row).map { $0 * $1 }
      let positive = products.map { max($0, 0) }
      let negative = products.map { min($0, 0) }
      let (p, n) = (positive.reduce(0, +), negative.reduce(0, +))
      let (z, output) = (p + n + b, p + n + bias[j])
      switch rule {
      case .epsilon(let epsilon): share(1, products, stabilised(z, Double(epsilon)))
      case .zPlus: share(1, positive, stabilised(p + max(b, 0)))
      case .alphaBeta(let alpha, let beta):
        share(Double(alpha), positive, stabilised(p + max(b, 0)))
        share(-Double(beta), negative, stabilised(n + min(b, 0)))
      case .alphaBetaWholeBias(let alpha, let beta):
        share(Double(alpha), positive, p + b == 0 ? 1e-7 : p + b)
        share(-Double(beta), negative, n + b == 0 ? 1e-7 : n + b)
      case .gamma(let value):
        let gamma = Double(value)
        if output > 0 {
          let terms = zip(positive, negative).map { (1 + gamma) * $0 + $1 }
          share(1, terms, stabilised(terms.reduce(0, +) + b + gamma * max(b, 0)))
        } else if output < 0 {
          let terms = zip(positive, negative).map { $0 + (1 + gamma) * $1 }
          share(1, terms, stabilised(terms.reduce(0, +) + b + gamma * min(b, 0)))
        }
      case .zBox:
        let terms = x.indices.map {
          x[$0] * row[$0] - low[$0] * max(row[$0], 0) - high[$0] * min(row[$0], 0)
        }
        share(1, terms, stabilised(terms.reduce(0, +)))
      case .flat:
        let terms = seen[j].map { $0 ? 1.0 : 0.0 }
        share(1, terms, terms.reduce(0, +))
      case .wSquare:
        let terms = row.map { $0 * $0 }
        share(1, terms, stabilised(terms.reduce(0, +) + b * b))
      }
    }
    return result
  }
}

/// z + ε·sign(z), with sign(0) = 1.
func stabilised(_ z: Double, _ epsilon: Double = 1e-6) -> Double {
  z < 0 ? z - epsilon : z + epsilon
}
