extension PlannedNode {
  /// Computes the node as at inference: running statistics, no dropout.
  ///
  /// - Parameters:
  ///   - inputs: The values read, [samples, shape] each; for a node in place, the first one is
  ///     `output` itself.
  ///   - parameters: The node's parameters.
  ///   - pools: For a convolution: whether a max-pooling is taken along.
  ///   - output: [samples, output], or what the pooling gives; overwritten.
  ///   - samples: Samples in the batch.
  ///   - workers: Threads to use.
  func infer(
    _ inputs: [UnsafePointer<Float>], parameters: NodeParameters, pools: Bool = false,
    into output: UnsafeMutablePointer<Float>, samples: Int, workers: Workers
  ) {
    let x = inputs[0]
    let count = samples * self.output.count
    switch kernel {
    case .convolution(let convolution):
      let weights = parameters.arranged(for: convolution, workers: workers)
      convolution.forward(
        x, weights: weights.start, bias: parameters.bias?.start,
        finish: Finish(rectified: isRectified), pools: pools, into: output, samples: samples,
        workers: workers)
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
        into: output, samples: samples, workers: workers)
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
