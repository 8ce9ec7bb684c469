/// The loss of an embedding over samples, its gradient and its Hessian.
///
/// Samples are taken one by one in the order asked for, so results are bitwise the same however
/// many passes run at once. A pass serves one thread.
///
/// Interpolation goes axis by axis. A unit above its threshold adds its weight to the cells of its
/// row of units that read it (a *share*); a cell's z is then a mix of two such rows. The gradient
/// comes back the same way. The Hessian of a sample couples only units at neighbouring positions:
/// with D the second derivatives of the cells, upᵀ·D·up between positions (y, x) and (y′, x′) is a
/// sum over the cells that read both, which factors into rows (y + y′) and columns (x + x′).
final class ConceptPass {
  let layer: ConceptLayer
  let masks: GridMasks
  /// The sample of the layer that each mask belongs to.
  let samples: [Int]
  /// Of the last evaluation: of the mean over its samples.
  private(set) var gradient: [Double]
  /// Of the last evaluation with curvature, row-major [channels, channels].
  private(set) var hessian: [Double]
  let rows: UnitRows

  init(_ layer: ConceptLayer, _ masks: GridMasks, _ samples: [Int]) {
    self.layer = layer
    self.masks = masks
    self.samples = samples
    gradient = [Double](repeating: 0, count: layer.channels)
    hessian = []
    rows = UnitRows(layer)
  }

  /// The mean loss of `weights` over some of the samples; sets the gradient and the Hessian.
  ///
  /// - Parameters:
  ///   - weights: One a channel.
  ///   - chosen: Which of the samples (and masks); not empty.
  ///   - loss: Of a cell.
  ///   - curvature: Whether the Hessian is wanted.
  /// - Returns: The mean over the samples of the loss summed over the grid.
  func evaluate(
    _ weights: [Double], _ chosen: some Collection<Int>, loss: some CellLoss, curvature: Bool
  ) -> Double {
    for channel in gradient.indices { gradient[channel] = 0 }
    if curvature {
      let size = layer.channels * layer.channels
      hessian = [Double](repeating: 0, count: size)
    }
    let scale = 1 / Double(chosen.count)
    let total = total(weights, chosen, loss, curvature)
    for channel in gradient.indices { gradient[channel] *= scale }
    if curvature { symmetrise(scale) }
    return total * scale
  }

  /// Σ over the samples, with the gradient and half the Hessian (whose transpose is yet to add).
  private func total(
    _ weights: [Double], _ chosen: some Collection<Int>, _ loss: some CellLoss, _ curvature: Bool
  ) -> Double {
    var loss = loss
    let rows = rows
    let size = layer.layout.words
    return layer.withUnits { units in
      weights.withUnsafeBufferPointer { weights in
        masks.words.withUnsafeBufferPointer { words in
          gradient.withUnsafeMutableBufferPointer { gradient in
            hessian.withUnsafeMutableBufferPointer { hessian in
              var total = 0.0
              for index in chosen {
                let sample = units.of(samples[index])
                rows.spread(sample, weights)
                total += rows.cross(
                  UnsafeBufferPointer(rebasing: words[index * size..<(index + 1) * size]), &loss,
                  curvature: curvature)
                rows.collect(sample, gradient)
                if curvature { rows.couple(sample, hessian) }
              }
              return total
            }
          }
        }
      }
    }
  }

  private func symmetrise(_ scale: Double) {
    let n = layer.channels
    hessian.withUnsafeMutableBufferPointer { hessian in
      for row in 0..<n {
        for column in 0...row {
          let sum = (hessian[row * n + column] + hessian[column * n + row]) * scale
          hessian[row * n + column] = sum
          hessian[column * n + row] = sum
        }
      }
    }
  }
}
