extension PlannedNode {
  /// Computes the node as at inference: running statistics, no dropout.
  ///
  /// - Parameters:
  ///   - inputs: The values read, [samples, shape] each; for a node in place, the first one is
  ///     `output` itself.
  ///   - parameters: The node's parameters.
  ///   - output: [samples, output], overwritten; nil if only the pooling is wanted.
  ///   - pooled: For a convolution: gets the max-pooling that it takes along.
  ///   - samples: Samples in the batch.
  ///   - workers: Threads to use.
  func infer(
    _ inputs: [UnsafePointer<Float>], parameters: NodeParameters,
    into output: UnsafeMutablePointer<Float>?, pooled: UnsafeMutablePointer<Float>? = nil,
    samples: Int, workers: Workers
  ) {
    let x = inputs[0]
    let count = samples * self.output.count
    if case .convolution(let convolution) = kernel {
      let weights = parameters.arranged(for: convolution, workers: workers)
      return convolution.forward(
        x, weights: weights.start, bias: parameters.bias?.start,
        finish: Finish(rectified: isRectified), into: output, pooled: pooled, samples: samples,
        workers: workers)
    }
    guard let output else { preconditionFailure("only convolutions take a pooling along") }
    switch kernel {
    case .convolution: break
    case .dense(let dense):
      guard let weight = parameters.weight else { return }
      dense.forward(
        x, weights: weight.start, bias: parameters.bias?.start,
        finish: Finish(rectified: isRectified), into: output, samples: samples, workers: workers)
    case .pooling(let pooling):
      pooling.forward(x, into: output, samples: samples, workers: workers)
    case .batchNorm(let norm):
      guard let weight = parameters.weight, let running = parameters.running else { return }
      let statistics = norm.statistics(
        runningMean: running.mean.start, runningVariance: running.variance.start)
      norm.forward(
        x, statistics: statistics, weight: weight.start, bias: parameters.bias?.start,
        rectified: isRectified, into: output, samples: samples, workers: workers)
    case .relu:
      if isDone { return }
      workers.forEachRange(of: count) { range in
        let part = output + range.lowerBound
        if !isInPlace { part.update(from: x + range.lowerBound, count: range.count) }
        Elementwise.rectify(part, range.count)
      }
    case .dropout: output.update(from: x, count: count)
    case .flatten: flatten(x, into: output, samples: samples)
    case .softmax:
      output.update(from: x, count: count)
      for row in 0..<samples * self.output.pixels {
        Softmax.apply(output + row * self.output.channels, self.output.channels)
      }
    case .add:
      workers.forEachRange(of: count) { range in
        for index in range { output[index] = x[index] + inputs[1][index] }
      }
    case .border(let border):
      border.forward(x, into: output, samples: samples, workers: workers)
    case .concat(let concatenation):
      concatenation.forward(inputs, into: output, samples: samples, workers: workers)
    case .function(let function):
      workers.forEachRange(of: count) { function.apply(x, into: output, $0) }
    case .scale(let scale):
      guard let weight = parameters.weight else { return }
      scale.forward(
        x, statistics: scale.identity, weight: weight.start, bias: parameters.bias?.start,
        into: output, samples: samples, workers: workers)
    case .multiply(let product):
      product.forward(
        signal: inputs[product.signal], gate: inputs[product.gate], into: output,
        samples: samples, workers: workers)
    }
  }

  /// NHWC to one channels-first vector a sample.
  func flatten(
    _ x: UnsafePointer<Float>, into output: UnsafeMutablePointer<Float>, samples: Int
  ) {
    for sample in 0..<samples {
      Transpose.matrix(
        x + sample * input.count, rows: input.pixels, columns: input.channels,
        into: output + sample * input.count)
    }
  }
}
