internal import CKernels

/// An affine map of vectors; weights stay in PyTorch's layout [outputs, inputs].
struct Dense: Sendable {
  /// Numbers that come in.
  let inputs: Int
  /// Numbers that go out.
  let outputs: Int

  /// Numbers in the weights.
  var weightCount: Int { inputs * outputs }

  // Outputs, and the most and fewest inputs on the way back, that one work item takes.
  private static let block = (outputs: 12, inputs: 512, fewest: 64)

  /// y = finish(W·x + b).
  ///
  /// Every output is a sum in eight lanes, in ascending order of inputs, whatever else is in the
  /// batch.
  ///
  /// - Parameters:
  ///   - x: [samples, inputs].
  ///   - weights: [outputs, inputs].
  ///   - bias: [outputs], nil for none.
  ///   - finish: What becomes of the outputs.
  ///   - y: [samples, outputs], overwritten.
  ///   - samples: Samples in the batch.
  ///   - workers: Threads to use.
  func forward(
    _ x: UnsafePointer<Float>, weights: UnsafePointer<Float>, bias: UnsafePointer<Float>?,
    finish: Finish = .plain, into y: UnsafeMutablePointer<Float>, samples: Int, workers: Workers
  ) {
    let size = Dense.block.outputs
    workers.forEach((outputs + size - 1) / size, workspace: size * 8 * samples) { item, scratch in
      let first = item * size
      lethe_dense(
        x, samples, weights + first * inputs, inputs, min(size, outputs - first), y + first,
        outputs, scratch)
    }
    finish.apply(y, 0, rows: samples, channels: outputs, bias: bias)
  }

  /// The gradient of the input, dx = finish(dy·W), summed in ascending order of outputs.
  ///
  /// - Parameters:
  ///   - dy: Gradient of the output, [samples, outputs].
  ///   - weights: [outputs, inputs].
  ///   - finish: What becomes of the gradient.
  ///   - dx: [samples, inputs], overwritten.
  ///   - samples: Samples in the batch.
  ///   - workers: Threads to use.
  func dataGradient(
    _ dy: UnsafePointer<Float>, weights: UnsafePointer<Float>, finish: Finish = .plain,
    into dx: UnsafeMutablePointer<Float>, samples: Int, workers: Workers
  ) {
    let share = (inputs / (2 * workers.count) + 7) / 8 * 8
    let size = min(Dense.block.inputs, max(Dense.block.fewest, share))
    workers.forEachRange(of: inputs, size: size) { range in
      lethe_dense_back(
        dy, samples, outputs, weights + range.lowerBound, inputs, range.count,
        dx + range.lowerBound, inputs)
      for sample in 0..<samples {
        finish.apply(
          dx, sample * inputs + range.lowerBound, rows: 1, channels: range.count, bias: nil)
      }
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
