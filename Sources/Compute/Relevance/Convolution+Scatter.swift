extension Convolution {
  /// Whether the way back to the input is cheaper by scattering: where few channels go in, gathering
  /// all output channels for each of them would move more numbers than it multiplies.
  var isScattered: Bool { gradientAlgorithm == .products && groupInputs < 16 }

  /// Wᵀ·c by one product and the scattering of its rows, for layers with few input channels.
  ///
  /// A sample's numbers do not depend on the rest of the batch.
  ///
  /// - Parameters:
  ///   - c: [samples, output].
  ///   - weights: Packed weights.
  ///   - finish: What becomes of the sums.
  ///   - x: [samples, input], overwritten.
  ///   - samples: Samples in the batch.
  ///   - workers: Threads to use.
  func scatter(
    _ c: UnsafePointer<Float>, weights: UnsafePointer<Float>, finish: Finish,
    into x: UnsafeMutablePointer<Float>, samples: Int, workers: Workers
  ) {
    let lines = max(1, min(output.height, 256 / output.width))
    let workspace = lines * output.width * weightRows
    workers.forEach(samples, workspace: workspace) { sample, columns in
      let image = x + sample * input.count
      image.update(repeating: 0, count: input.count)
      for top in stride(from: 0, to: output.height, by: lines) {
        let bottom = min(output.height, top + lines)
        let source = c + sample * output.count + top * output.width * output.channels
        for group in 0..<groups {
          BLAS.multiply(
            .plain(source + group * groupOutputs, stride: output.channels),
            .transposed(weights + group * weightRows * groupOutputs, stride: groupOutputs),
            into: columns, stride: weightRows, m: (bottom - top) * output.width, n: weightRows,
            k: groupOutputs)
          for y in top..<bottom {
            scatter(
              columns + (y - top) * output.width * weightRows, y: y,
              to: image + group * groupInputs)
          }
        }
      }
      finish.apply(
        x, sample * input.count, rows: input.pixels, channels: input.channels, bias: nil)
    }
  }

  /// Adds the rows of one output line to the pixels that they came from.
  private func scatter(
    _ rows: UnsafePointer<Float>, y: Int, to image: UnsafeMutablePointer<Float>
  ) {
    for x in 0..<output.width {
      let row = rows + x * weightRows
      for i in 0..<window.kernel.height {
        let sourceY = y * window.stride.height - window.padding.height + i
        guard sourceY >= 0, sourceY < input.height else { continue }
        for j in 0..<window.kernel.width {
          let sourceX = x * window.stride.width - window.padding.width + j
          guard sourceX >= 0, sourceX < input.width else { continue }
          let target = image + (sourceY * input.width + sourceX) * input.channels
          let tap = row + (i * window.kernel.width + j) * groupInputs
          for channel in 0..<groupInputs { target[channel] += tap[channel] }
        }
      }
    }
  }
}
