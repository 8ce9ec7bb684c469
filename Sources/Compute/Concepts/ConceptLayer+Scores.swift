internal import Foundation

extension ConceptLayer {
  /// How well an embedding fits each sample, M > ½ against the masks.
  ///
  /// - Parameters:
  ///   - weights: One a channel.
  ///   - masks: One a sample of `samples`, in that order, on the layer's grid.
  ///   - samples: Samples of the layer.
  /// - Returns: In the order of `samples`.
  public func scores(weights: [Double], masks: GridMasks, samples: [Int]) -> [ConceptScore] {
    check(masks, samples)
    precondition(weights.count == channels, "one weight a channel")
    let pass = ConceptPass(self, masks, samples, curvature: false)
    let size = layout.words
    return samples.indices.map { row in
      let map = pass.map(weights, samples[row])
      return ConceptScore(
        predicted: map.cells[...], mask: masks.words[row * size..<(row + 1) * size],
        peak: Float(1 / (1 + exp(-map.largest))))
    }
  }
}

extension ConceptPass {
  /// The cells of a sample in which z > 0, packed, and the largest z.
  fileprivate func map(_ weights: [Double], _ sample: Int) -> (cells: [UInt64], largest: Double) {
    let layout = layer.layout
    var cells = [UInt64](repeating: 0, count: layout.words)
    var largest = -Double.infinity
    spread(weights, sample)
    for y in 0..<layout.height {
      let (first, fraction) = (layer.rows.first[y], layer.rows.fraction[y])
      let upper = isActive[first] ? shares.start + first * stride : spare.start
      let hasLower = fraction > 0 && isActive[first + 1]
      let lower = hasLower ? shares.start + (first + 1) * stride : spare.start
      for x in 0..<layout.width {
        let z = (1 - fraction) * upper[x] + fraction * lower[x]
        largest = max(largest, z)
        if z > 0 {
          let bit = layout.bit(y, x)
          cells[bit >> 6] |= 1 << UInt64(bit & 63)
        }
      }
    }
    return (cells, largest)
  }
}
