internal import CKernels

extension Convolution {
  /// The window that carries gradients of the output back to the input.
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

  /// Numbers in the weights arranged for `dataGradient`.
  var arrangedBackCount: Int {
    switch gradientAlgorithm {
    case .depthwise: weightCount
    case .winograd(let step): Winograd(backwardOf: self, step: step).weightCount
    case .products: groups * lethe_packed_count(window.kernel.area * groupOutputs, groupInputs)
    }
  }

  /// Arranges packed weights for `dataGradient`: mirrored taps, inputs and outputs exchanged.
  func arrangeBack(
    _ packed: UnsafePointer<Float>, into arranged: UnsafeMutablePointer<Float>, workers: Workers
  ) {
    if gradientAlgorithm == .depthwise { return arranged.update(from: packed, count: weightCount) }
    let mirrored = FloatBuffer(count: weightCount)
    mirror(packed, into: mirrored.start, workers: workers)
    if case .winograd(let step) = gradientAlgorithm {
      Winograd(backwardOf: self, step: step)
        .transform(mirrored.start, into: arranged, workers: workers)
    } else {
      let rows = window.kernel.area * groupOutputs
      let size = lethe_packed_count(rows, groupInputs)
      workers.forEach(groups) { group in
        lethe_pack(
          mirrored.start + group * rows * groupInputs, groupInputs, rows, groupInputs,
          arranged + group * size)
      }
    }
    withExtendedLifetime(mirrored) {}
  }

  private func mirror(
    _ packed: UnsafePointer<Float>, into mirrored: UnsafeMutablePointer<Float>, workers: Workers
  ) {
    let taps = window.kernel.area
    workers.forEach(groups * taps) { item in
      let (group, tap) = item.quotientAndRemainder(dividingBy: taps)
      let size = groupInputs * groupOutputs
      Transpose.matrix(
        packed + (group * taps + tap) * size, rows: groupInputs, columns: groupOutputs,
        into: mirrored + (group * taps + taps - 1 - tap) * size)
    }
  }

  /// The gradient of the input.
  ///
  /// - Parameters:
  ///   - dy: Gradient of the output, [samples, output].
  ///   - weights: From `arrangeBack`.
  ///   - finish: What becomes of the gradient.
  ///   - dx: [samples, input], overwritten.
  ///   - samples: Samples in the batch.
  ///   - workers: Threads to use.
  func dataGradient(
    _ dy: UnsafePointer<Float>, weights: UnsafePointer<Float>, finish: Finish = .plain,
    into dx: UnsafeMutablePointer<Float>, samples: Int, workers: Workers
  ) {
    switch gradientAlgorithm {
    case .depthwise:
      depthwiseDataGradient(
        dy, weights: weights, finish: finish, into: dx, samples: samples, workers: workers)
    case .winograd(let step):
      Winograd(backwardOf: self, step: step).run(
        dy, weights: weights, bias: nil, finish: finish, into: dx, samples: samples,
        workers: workers)
    case .products:
      let tiling = Tiling(window: backwardWindow, groupInputs: groupOutputs)
      tiling.slide(
        over: dy, inputs: groupOutputs, outputs: groupInputs, groups: groups, weights: weights,
        into: dx, samples: samples, workers: workers
      ) { rows, count in
        finish.apply(dx, rows - dx, rows: count, channels: input.channels, bias: nil)
      }
    }
  }

  /// The gradients of packed weights and bias, summed over the batch.
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
    biasGradient(dy, into: dBias, samples: samples, partial: partial, workers: workers)
    if case .winograd(let step) = gradientAlgorithm {
      return Winograd(self, step: step).weightGradient(
        x, dy, dWeights: dWeights, samples: samples, sums: partial, workers: workers)
    }
    let runs = Runs(samples: samples)
    let tiling = Tiling(window: window, groupInputs: groupInputs)
    let workspace = gradientAlgorithm == .depthwise ? weightCount : tiling.rows * tiling.rowLength
    workers.forEach(runs.count, workspace: workspace) { run, scratch in
      let sums = partial + run * weightCount
      sums.update(repeating: 0, count: weightCount)
      if gradientAlgorithm == .depthwise {
        for sample in runs.range(run) {
          addDepthwiseGradient(
            x + sample * input.count, dy + sample * output.count, scratch: scratch, to: sums)
        }
      } else {
        addGradient(
          of: runs.range(run), x, dy, samples: samples, tiling: tiling, scratch: scratch,
          to: sums)
      }
    }
    runs.sum(partial, count: weightCount, into: dWeights, workers: workers)
  }

  /// Floats of scratch memory that `weightGradient` needs.
  func partialCount(samples: Int) -> Int {
    let bias = Runs(samples: samples).count * output.channels
    if case .winograd(let step) = gradientAlgorithm {
      return max(bias, Winograd(self, step: step).gradientSumCount(samples: samples))
    }
    return max(bias, Runs(samples: samples).count * weightCount)
  }

  private func biasGradient(
    _ dy: UnsafePointer<Float>, into dBias: UnsafeMutablePointer<Float>, samples: Int,
    partial: UnsafeMutablePointer<Float>, workers: Workers
  ) {
    let runs = Runs(samples: samples)
    workers.forEach(runs.count) { run in
      let sums = partial + run * output.channels
      sums.update(repeating: 0, count: output.channels)
      for sample in runs.range(run) {
        Elementwise.addColumnSums(
          dy + sample * output.count, rows: output.pixels, channels: output.channels, to: sums)
      }
    }
    runs.sum(partial, count: output.channels, into: dBias, workers: workers)
  }

  private func addGradient(
    of run: Range<Int>, _ x: UnsafePointer<Float>, _ dy: UnsafePointer<Float>, samples: Int,
    tiling: Tiling, scratch: UnsafeMutablePointer<Float>, to sums: UnsafeMutablePointer<Float>
  ) {
    let end = run.upperBound * window.positions
    for first in stride(from: run.lowerBound * window.positions, to: end, by: tiling.rows) {
      let rows = first..<min(end, first + tiling.rows)
      for group in 0..<groups {
        window.gather(
          x, samples: samples, rows: rows,
          channels: group * groupInputs..<(group + 1) * groupInputs, into: scratch)
        BLAS.multiply(
          .transposed(scratch, stride: weightRows),
          .plain(dy + first * output.channels + group * groupOutputs, stride: output.channels),
          into: sums + group * weightRows * groupOutputs, stride: groupOutputs, m: weightRows,
          n: groupOutputs, k: rows.count, accumulate: true)
      }
    }
  }
}

/// How the samples of a batch are shared out among sums that are added in order: so results depend
/// on the batch alone.
private struct Runs {
  let samples: Int

  /// How many sums there are.
  var count: Int { min(8, samples) }

  /// The samples of a run.
  func range(_ run: Int) -> Range<Int> {
    run * samples / count..<(run + 1) * samples / count
  }

  /// total = the sum of `count` consecutive vectors.
  func sum(
    _ partial: UnsafePointer<Float>, count length: Int, into total: UnsafeMutablePointer<Float>,
    workers: Workers
  ) {
    workers.forEachRange(of: length) { range in
      for index in range { total[index] = partial[index] }
      for run in 1..<max(1, count) {
        for index in range { total[index] += partial[run * length + index] }
      }
    }
  }
}
