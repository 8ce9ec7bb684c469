/// An affine map of vectors; weights stay in PyTorch's layout [outputs, inputs].
struct Dense: Sendable {
  /// Numbers that come in.
  let inputs: Int
  /// Numbers that go out.
  let outputs: Int
  // Rows of the weight matrix that one work item takes.
  private static let block = 512

  /// Numbers in the weights.
  var weightCount: Int { inputs * outputs }

  private var blocks: Int { (outputs + Dense.block - 1) / Dense.block }

  /// y = W·x + b, with max(·, 0) if asked for; chunks of 8 samples, the last one padded.
  ///
  /// - Parameters:
  ///   - x: [samples, inputs].
  ///   - weights: [outputs, inputs].
  ///   - bias: [outputs], nil for none.
  ///   - rectified: Whether the ReLU that follows is taken at once.
  ///   - y: [samples, outputs], overwritten.
  ///   - samples: Samples in the batch.
  ///   - workers: Threads to use.
  func forward(
    _ x: UnsafePointer<Float>, weights: UnsafePointer<Float>, bias: UnsafePointer<Float>?,
    rectified: Bool, into y: UnsafeMutablePointer<Float>, samples: Int, workers: Workers
  ) {
    let chunk = Convolution.chunk
    let chunks = (samples + chunk - 1) / chunk
    workers.forEach(chunks * blocks, workspace: chunk * (inputs + Dense.block)) { item, scratch in
      let (number, block) = item.quotientAndRemainder(dividingBy: blocks)
      let first = block * Dense.block
      let width = min(outputs - first, Dense.block)
      let present = min(chunk, samples - number * chunk)
      var rows = x + number * chunk * inputs
      if present < chunk {
        scratch.update(from: rows, count: present * inputs)
        (scratch + present * inputs).update(repeating: 0, count: (chunk - present) * inputs)
        rows = UnsafePointer(scratch)
      }
      let product = scratch + chunk * inputs
      BLAS.multiply(
        .plain(rows, stride: inputs), .transposed(weights + first * inputs, stride: inputs),
        into: product, stride: width, m: chunk, n: width, k: inputs)
      Elementwise.finish(
        product, count: present, channels: width, bias: bias.map { $0 + first },
        rectified: rectified)
      for row in 0..<present {
        (y + (number * chunk + row) * outputs + first)
          .update(from: product + row * width, count: width)
      }
    }
  }

  /// The gradient of the input, dx = dy·W.
  ///
  /// - Parameters:
  ///   - dy: Gradient of the output, [samples, outputs].
  ///   - weights: [outputs, inputs].
  ///   - dx: [samples, inputs], overwritten.
  ///   - samples: Samples in the batch.
  ///   - workers: Threads to use.
  func dataGradient(
    _ dy: UnsafePointer<Float>, weights: UnsafePointer<Float>,
    into dx: UnsafeMutablePointer<Float>, samples: Int, workers: Workers
  ) {
    workers.forEachRange(of: inputs, size: Dense.block) { range in
      BLAS.multiply(
        .plain(dy, stride: outputs), .plain(weights + range.lowerBound, stride: inputs),
        into: dx + range.lowerBound, stride: inputs, m: samples, n: range.count, k: outputs)
    }
  }

  /// The gradients of weights and bias, summed over the batch.
  ///
  /// - Parameters:
  ///   - x: The input, [samples, inputs].
  ///   - dy: Gradient of the output, [samples, outputs].
  ///   - dWeights: [outputs, inputs], overwritten.
  ///   - dBias: [outputs], overwritten.
  ///   - samples: Samples in the batch.
  ///   - workers: Threads to use.
  func weightGradient(
    _ x: UnsafePointer<Float>, _ dy: UnsafePointer<Float>,
    dWeights: UnsafeMutablePointer<Float>, dBias: UnsafeMutablePointer<Float>, samples: Int,
    workers: Workers
  ) {
    workers.forEachRange(of: outputs, size: 64) { range in
      BLAS.multiply(
        .transposed(dy + range.lowerBound, stride: outputs), .plain(x, stride: inputs),
        into: dWeights + range.lowerBound * inputs, stride: inputs, m: range.count, n: inputs,
        k: samples)
    }
    for output in 0..<outputs {
      dBias[output] = (0..<samples).reduce(0) { $0 + dy[$1 * outputs + output] }
    }
  }
}
