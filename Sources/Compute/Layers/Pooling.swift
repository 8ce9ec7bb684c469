internal import CKernels

/// Max- and average-pooling of NHWC batches.
struct Pooling: Sendable {
  /// Which number stands for a window.
  enum Kind: Sendable {
    /// The largest.
    case max
    /// The mean; places outside the input count as zeros.
    case average
    /// The mean of those inside the input.
    case averageInside
  }

  /// Which number stands for a window.
  let kind: Kind
  /// Shape of one input sample.
  let input: Shape
  /// Shape of one output sample.
  let output: Shape
  /// The sides of a window.
  let kernel: Extent
  /// The distance of windows.
  let stride: Extent
  /// Pixels by which the first window lies outside, above and to the left.
  let padding: Extent

  /// Whether it takes the largest of every 2×2 numbers.
  var isOfPairs: Bool {
    kind == .max && kernel == Extent(2) && stride == Extent(2) && padding == Extent(0)
  }

  /// [samples, input] → [samples, output].
  func forward(
    _ x: UnsafePointer<Float>, into y: UnsafeMutablePointer<Float>, samples: Int, workers: Workers
  ) {
    let channels = input.channels
    if isOfPairs {
      return workers.forEach(samples) { sample in
        lethe_pool_pairs(
          x + sample * input.count, input.height, input.width, channels, y + sample * output.count)
      }
    }
    workers.forEach(samples) { sample in
      forEachWindow { position, taps in
        let target = y + sample * output.count + position * channels
        var isFirst = true
        forEachTap(taps) { pixel in
          let source = x + sample * input.count + pixel * channels
          if isFirst {
            target.update(from: source, count: channels)
            isFirst = false
          } else if kind == .max {
            for c in 0..<channels {
              let (value, largest) = (source[c], target[c])
              target[c] = value <= largest ? largest : value
            }
          } else {
            for c in 0..<channels { target[c] += source[c] }
          }
        }
        if kind != .max {
          let scale = scale(taps)
          for c in 0..<channels { target[c] *= scale }
        }
      }
    }
  }

  /// The gradient of the input.
  ///
  /// The gradient of a maximum goes to its first place in reading order, as in PyTorch.
  ///
  /// - Parameters:
  ///   - x: The input, [samples, input].
  ///   - y: The output, [samples, output].
  ///   - dy: Gradient of the output.
  ///   - dx: [samples, input], overwritten.
  ///   - samples: Samples in the batch.
  ///   - workers: Threads to use.
  func gradient(
    x: UnsafePointer<Float>, y: UnsafePointer<Float>, dy: UnsafePointer<Float>,
    into dx: UnsafeMutablePointer<Float>, samples: Int, workers: Workers
  ) {
    let channels = input.channels
    if isOfPairs {
      return workers.forEach(samples) { sample in
        lethe_pool_pairs_gradient(
          x + sample * input.count, y + sample * output.count, dy + sample * output.count,
          input.height, input.width, channels, dx + sample * input.count)
      }
    }
    workers.forEach(samples, workspace: channels) { sample, rest in
      (dx + sample * input.count).update(repeating: 0, count: input.count)
      forEachWindow { position, taps in
        let offset = sample * output.count + position * channels
        rest.update(from: dy + offset, count: channels)
        let best = y + offset
        let scale = scale(taps)
        forEachTap(taps) { pixel in
          let place = sample * input.count + pixel * channels
          let target = dx + place
          if kind == .max {
            let source = x + place
            for c in 0..<channels {
              // Read before the choice, so that the loop needs no branch.
              let value = rest[c]
              let taken = source[c] == best[c] ? value : 0
              target[c] += taken
              rest[c] = value - taken
            }
          } else {
            for c in 0..<channels { target[c] += rest[c] * scale }
          }
        }
      }
    }
  }

  private struct Taps {
    let rows: Range<Int>
    let columns: Range<Int>
  }

  /// The weight of each number in a mean.
  private func scale(_ taps: Taps) -> Float {
    1 / Float(kind == .averageInside ? taps.rows.count * taps.columns.count : kernel.area)
  }

  @inline(__always)
  private func forEachWindow(_ body: (_ position: Int, _ taps: Taps) -> Void) {
    for y in 0..<output.height {
      let top = y * stride.height - padding.height
      let rows = max(0, top)..<min(input.height, top + kernel.height)
      for x in 0..<output.width {
        let left = x * stride.width - padding.width
        let columns = max(0, left)..<min(input.width, left + kernel.width)
        body(y * output.width + x, Taps(rows: rows, columns: columns))
      }
    }
  }

  @inline(__always)
  private func forEachTap(_ taps: Taps, _ body: (_ pixel: Int) -> Void) {
    for row in taps.rows {
      for column in taps.columns { body(row * input.width + column) }
    }
  }
}
