extension Convolution {
  /// The convolution that carries gradients of the output back to the input.
  ///
  /// It slides the mirrored kernels, with inputs and outputs exchanged, over the output gradient,
  /// whose pixels are spread by the stride.
  private var backwardWindow: Window {
    Window(
      source: output, output: Extent(height: input.height, width: input.width),
      kernel: window.kernel, stride: Extent(1),
      padding: Extent(
        height: window.kernel.height - 1 - window.padding.height,
        width: window.kernel.width - 1 - window.padding.width),
      spread: window.stride)
  }

  /// Arranges packed weights for `dataGradient`: mirrored taps, inputs and outputs exchanged.
  func packForDataGradient(
    _ packed: UnsafePointer<Float>, into mirrored: UnsafeMutablePointer<Float>, workers: Workers
  ) {
    if isDepthwise { return mirrored.update(from: packed, count: weightCount) }
    let taps = window.kernel.area
    workers.forEach(groups * taps) { item in
      let (group, tap) = item.quotientAndRemainder(dividingBy: taps)
      let source = packed + (group * taps + tap) * groupInputs * groupOutputs
      let target = mirrored + (group * taps + taps - 1 - tap) * groupInputs * groupOutputs
      for column in 0..<groupOutputs {
        for row in 0..<groupInputs {
          target[column * groupInputs + row] = source[row * groupOutputs + column]
        }
      }
    }
  }

  /// The gradient of the input.
  ///
  /// - Parameters:
  ///   - dy: Gradient of the output, [samples, output].
  ///   - mirrored: Weights from `packForDataGradient`.
  ///   - dx: [samples, input], overwritten.
  ///   - samples: Samples in the batch.
  ///   - workers: Threads to use.
  func dataGradient(
    _ dy: UnsafePointer<Float>, mirrored: UnsafePointer<Float>,
    into dx: UnsafeMutablePointer<Float>, samples: Int, workers: Workers
  ) {
    if isDepthwise {
      return depthwiseDataGradient(
        dy, weights: mirrored, into: dx, samples: samples, workers: workers)
    }
    let tiling = Tiling(window: backwardWindow, groupInputs: groupOutputs)
    tiling.slide(
      over: dy, inputs: groupOutputs, outputs: groupInputs, groups: groups, weights: mirrored,
      into: dx, samples: samples, workers: workers, finish: { _, _ in })
  }

  /// The gradients of packed weights and bias, summed over the batch.
  ///
  /// Each of up to 8 runs of chunks sums on its own; the sums are added in order.
  ///
  /// - Parameters:
  ///   - x: The input, [samples, input].
  ///   - dy: Gradient of the output, [samples, output].
  ///   - dWeights: Packed like the weights, overwritten.
  ///   - dBias: One number an output channel, overwritten.
  ///   - samples: Samples in the batch.
  ///   - partial: Scratch memory of `partialCount(samples:)` floats.
  ///   - workers: Threads to use.
  func weightGradient(
    _ x: UnsafePointer<Float>, _ dy: UnsafePointer<Float>,
    dWeights: UnsafeMutablePointer<Float>, dBias: UnsafeMutablePointer<Float>, samples: Int,
    partial: UnsafeMutablePointer<Float>, workers: Workers
  ) {
    let runs = runs(samples: samples)
    let stride = weightCount + output.channels
    let tiling = Tiling(window: window, groupInputs: groupInputs)
    let chunks = (samples + Convolution.chunk - 1) / Convolution.chunk
    let workspace =
      (isDepthwise ? weightCount : tiling.rows * tiling.rowLength) + output.channels
    workers.forEach(runs, workspace: workspace) { run, scratch in
      let sums = partial + run * stride
      sums.update(repeating: 0, count: stride)
      for chunk in run * chunks / runs..<(run + 1) * chunks / runs {
        addGradient(
          ofChunk: chunk, x, dy, samples: samples, tiling: tiling, scratch: scratch, to: sums)
      }
    }
    workers.forEachRange(of: weightCount) { range in
      sum(partial, stride: stride, runs: runs, range, into: dWeights)
    }
    sum(partial + weightCount, stride: stride, runs: runs, 0..<output.channels, into: dBias)
  }

  /// Floats of scratch memory that `weightGradient` needs.
  func partialCount(samples: Int) -> Int {
    runs(samples: samples) * (weightCount + output.channels)
  }

  private func runs(samples: Int) -> Int {
    min(8, (samples + Convolution.chunk - 1) / Convolution.chunk)
  }

  private func addGradient(
    ofChunk chunk: Int, _ x: UnsafePointer<Float>, _ dy: UnsafePointer<Float>, samples: Int,
    tiling: Tiling, scratch: UnsafeMutablePointer<Float>, to sums: UnsafeMutablePointer<Float>
  ) {
    let present = tiling.samples(of: samples, in: chunk)
    let image = x + chunk * Convolution.chunk * input.count
    if isDepthwise {
      for sample in 0..<present {
        let gradient = dy + (chunk * Convolution.chunk + sample) * output.count
        addDepthwiseGradient(image + sample * input.count, gradient, scratch: scratch, to: sums)
        Elementwise.addColumnSums(
          gradient, rows: output.pixels, channels: output.channels, scratch: scratch,
          to: sums + weightCount)
      }
      return
    }
    for tile in 0..<tiling.count {
      let first = tiling.range(tile).lowerBound
      let last = min(tiling.range(tile).upperBound, present * window.positions)
      guard first < last else { return }
      let gradient = dy + (chunk * tiling.chunkRows + first) * output.channels
      for group in 0..<groups {
        window.gather(
          image, samples: present, rows: first..<last,
          channels: group * groupInputs..<(group + 1) * groupInputs, into: scratch)
        BLAS.multiply(
          .transposed(scratch, stride: weightRows),
          .plain(gradient + group * groupOutputs, stride: output.channels),
          into: sums + group * weightRows * groupOutputs, stride: groupOutputs, m: weightRows,
          n: groupOutputs, k: last - first, accumulate: true)
      }
      Elementwise.addColumnSums(
        gradient, rows: last - first, channels: output.channels, scratch: scratch,
        to: sums + weightCount)
    }
  }

  private func sum(
    _ partial: UnsafePointer<Float>, stride: Int, runs: Int, _ range: Range<Int>,
    into total: UnsafeMutablePointer<Float>
  ) {
    for index in range { total[index] = partial[index] }
    for run in 1..<max(1, runs) {
      for index in range { total[index] += partial[run * stride + index] }
    }
  }
}
