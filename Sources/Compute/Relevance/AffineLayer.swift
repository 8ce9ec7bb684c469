/// A convolution or dense layer as a linear map that can be gone both ways, with any weights.
///
/// In both directions a sample's numbers depend on its place in its chunk of 8 at most.
enum AffineLayer: Sendable {
  case convolution(Convolution)
  case dense(Dense)

  // Rows of the weight matrix of a dense layer that one work item takes.
  private static let block = 512

  /// Output channels.
  var outputs: Int {
    switch self {
    case .convolution(let convolution): convolution.output.channels
    case .dense(let dense): dense.outputs
    }
  }

  /// Numbers in one input sample.
  var inputCount: Int {
    switch self {
    case .convolution(let convolution): convolution.input.count
    case .dense(let dense): dense.inputs
    }
  }

  /// Numbers in one output sample.
  var outputCount: Int {
    switch self {
    case .convolution(let convolution): convolution.output.count
    case .dense(let dense): dense.outputs
    }
  }

  /// y = W·x + b, with max(·, 0) if asked for.
  func forward(
    _ x: FloatBuffer, _ weights: AffineWeights, bias: FloatBuffer?, rectified: Bool = false,
    samples: Int, workers: Workers
  ) -> FloatBuffer {
    let y = FloatBuffer(count: samples * outputCount)
    switch self {
    case .convolution(let convolution):
      if let fast = weights.fast {
        Winograd(convolution).run(
          x.start, weights: fast.forward.start, bias: bias?.start, rectified: rectified,
          into: y.start, samples: samples, workers: workers)
        break
      }
      convolution.forward(
        x.start, weights: weights.forward.start, bias: bias?.start, rectified: rectified,
        into: y.start, samples: samples, workers: workers)
    case .dense(let dense):
      dense.forward(
        x.start, weights: weights.forward.start, bias: bias?.start, rectified: rectified,
        into: y.start, samples: samples, workers: workers)
    }
    return y
  }

  /// Wᵀ·c.
  func transposed(
    _ c: FloatBuffer, _ weights: AffineWeights, samples: Int, workers: Workers
  ) -> FloatBuffer {
    let x = FloatBuffer(count: samples * inputCount)
    switch self {
    case .convolution(let convolution):
      if let fast = weights.fast?.backward {
        Winograd(backwardOf: convolution).run(
          c.start, weights: fast.start, bias: nil, rectified: false, into: x.start,
          samples: samples, workers: workers)
      } else if let mirrored = weights.mirrored {
        convolution.dataGradient(
          c.start, mirrored: mirrored.start, into: x.start, samples: samples, workers: workers)
      } else {
        convolution.scatter(
          c.start, weights: weights.forward.start, into: x.start, samples: samples,
          workers: workers)
      }
    case .dense(let dense):
      let chunks = (samples + Convolution.chunk - 1) / Convolution.chunk
      for chunk in 0..<chunks {
        let first = chunk * Convolution.chunk
        AffineLayer.multiply(
          c.start + first * dense.outputs, weights.forward.start, dense,
          into: x.start + first * dense.inputs,
          samples: min(Convolution.chunk, samples - first), workers: workers)
      }
    }
    return x
  }

  /// One chunk of a dense layer; missing samples are computed as zeros, so that the product has
  /// the same shape, and a sample the same bits, in every batch.
  private static func multiply(
    _ c: UnsafePointer<Float>, _ weights: UnsafePointer<Float>, _ dense: Dense,
    into x: UnsafeMutablePointer<Float>, samples: Int, workers: Workers
  ) {
    let chunk = Convolution.chunk
    let rows = FloatBuffer(count: chunk * dense.outputs)
    rows.start.update(repeating: 0, count: rows.count)
    rows.start.update(from: c, count: samples * dense.outputs)
    let blocks = (dense.inputs + block - 1) / block
    workers.forEach(blocks, workspace: chunk * block) { item, scratch in
      let first = item * block
      let width = min(block, dense.inputs - first)
      BLAS.multiply(
        .plain(rows.start, stride: dense.outputs), .plain(weights + first, stride: dense.inputs),
        into: scratch, stride: width, m: chunk, n: width, k: dense.outputs)
      for row in 0..<samples {
        (x + row * dense.inputs + first).update(from: scratch + row * width, count: width)
      }
    }
  }
}
