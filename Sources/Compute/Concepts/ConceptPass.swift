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
  /// Of the last evaluation, row-major [channels, channels]; empty without curvature.
  private(set) var hessian: [Double]

  /// Rows of `stride` numbers for each row of units.
  let shares: DoubleBuffer
  let slopes: DoubleBuffer
  /// Two rows for each row of units: with itself and with the row below.
  let curvatures: DoubleBuffer
  /// A row of zeros, and one into which goes what nobody reads.
  let spare: DoubleBuffer
  /// Which rows of units have one above its threshold in the present sample.
  var isActive: [Bool]
  let stride: Int

  init(_ layer: ConceptLayer, _ masks: GridMasks, _ samples: [Int], curvature: Bool) {
    self.layer = layer
    self.masks = masks
    self.samples = samples
    stride = layer.layout.stride
    gradient = [Double](repeating: 0, count: layer.channels)
    hessian = [Double](repeating: 0, count: curvature ? layer.channels * layer.channels : 0)
    shares = DoubleBuffer(count: layer.rows.units * stride)
    slopes = DoubleBuffer(count: layer.rows.units * stride)
    curvatures = DoubleBuffer(count: 2 * layer.rows.units * stride)
    spare = DoubleBuffer(count: 2 * stride)
    isActive = [Bool](repeating: false, count: layer.rows.units)
  }

  /// The mean loss of `weights` over some of the samples; sets the gradient and the Hessian.
  ///
  /// - Parameters:
  ///   - weights: One a channel.
  ///   - rows: Of `samples` and of the masks; not empty.
  ///   - loss: Of a cell.
  /// - Returns: The mean over `rows` of the loss summed over the grid.
  func evaluate(_ weights: [Double], rows: some Collection<Int>, loss: some CellLoss) -> Double {
    var loss = loss
    var total = 0.0
    for channel in gradient.indices { gradient[channel] = 0 }
    for entry in hessian.indices { hessian[entry] = 0 }
    let curvature = !hessian.isEmpty
    for row in rows {
      let sample = samples[row]
      spread(weights, sample)
      total += cross(row, &loss, curvature: curvature)
      collect(sample, curvature: curvature)
    }
    let scale = 1 / Double(rows.count)
    for channel in gradient.indices { gradient[channel] *= scale }
    if curvature { symmetrise(scale) }
    return total * scale
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

  /// Takes the slopes back to the units of a sample: into the gradient and half the Hessian.
  private func collect(_ sample: Int, curvature: Bool) {
    gradient.withUnsafeMutableBufferPointer { gradient in
      hessian.withUnsafeMutableBufferPointer { hessian in
        collect(sample, gradient, curvature ? hessian : nil)
      }
    }
  }
}
