/// The loss of an embedding over samples, its gradient and its Hessian.
///
/// Samples are taken in parts whose number follows theirs alone, and the sums of the parts are
/// added in order, so results are bitwise the same for any number of threads.
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
  private let parts: [Part]
  private let workers: Workers

  /// What one part of the samples adds up to, and the memory it is worked out in.
  private final class Part {
    let rows: UnitRows
    let gradient: DoubleBuffer
    /// Half of the Hessian, whose transpose is yet to add.
    lazy var hessian = DoubleBuffer(count: gradient.count * gradient.count)
    var loss = 0.0

    init(_ layer: ConceptLayer) {
      rows = UnitRows(layer)
      gradient = DoubleBuffer(count: layer.channels)
    }
  }

  /// Fewer samples than this are one part.
  private static let smallest = 64
  private static let partCount = 4

  init(_ layer: ConceptLayer, _ masks: GridMasks, _ samples: [Int], threads: Int = 1) {
    self.layer = layer
    self.masks = masks
    self.samples = samples
    gradient = [Double](repeating: 0, count: layer.channels)
    hessian = []
    let count = samples.count < ConceptPass.smallest ? 1 : ConceptPass.partCount
    parts = (0..<count).map { _ in Part(layer) }
    workers = Workers(count: threads)
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
    let chosen = Array(chosen)
    let parts = parts.prefix(chosen.count < ConceptPass.smallest ? 1 : ConceptPass.partCount)
    workers.forEach(parts.count) { index in
      let bounds = (index...index + 1).map { $0 * chosen.count / parts.count }
      add(weights, chosen[bounds[0]..<bounds[1]], loss, curvature, to: parts[index])
    }
    let scale = 1 / Double(chosen.count)
    for channel in gradient.indices {
      gradient[channel] = parts.reduce(0) { $0 + $1.gradient.start[channel] } * scale
    }
    if curvature { sumHessians(Array(parts), scale) }
    return parts.reduce(0) { $0 + $1.loss } * scale
  }

  /// The sums over some samples.
  private func add(
    _ weights: [Double], _ chosen: ArraySlice<Int>, _ loss: some CellLoss, _ curvature: Bool,
    to part: Part
  ) {
    var loss = loss
    let rows = part.rows
    let size = layer.layout.words
    let gradient = UnsafeMutableBufferPointer(start: part.gradient.start, count: layer.channels)
    gradient.update(repeating: 0)
    var hessian = UnsafeMutableBufferPointer<Double>(start: nil, count: 0)
    if curvature {
      hessian = UnsafeMutableBufferPointer(start: part.hessian.start, count: part.hessian.count)
      hessian.update(repeating: 0)
    }
    part.loss = layer.withUnits { units in
      weights.withUnsafeBufferPointer { weights in
        masks.words.withUnsafeBufferPointer { words in
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

  /// The sum of the parts' halves and its transpose.
  private func sumHessians(_ parts: [Part], _ scale: Double) {
    let n = layer.channels
    if hessian.isEmpty { hessian = [Double](repeating: 0, count: n * n) }
    let first = parts[0].hessian.start
    for part in parts.dropFirst() {
      let other = part.hessian.start
      for index in 0..<n * n { first[index] += other[index] }
    }
    hessian.withUnsafeMutableBufferPointer { hessian in
      for row in 0..<n {
        for column in 0...row {
          let sum = (first[row * n + column] + first[column * n + row]) * scale
          hessian[row * n + column] = sum
          hessian[column * n + row] = sum
        }
      }
    }
  }
}
