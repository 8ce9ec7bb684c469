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
    let rows = UnitRows(self)
    let size = layout.words
    var map = [UInt64](repeating: 0, count: size)
    return withUnits { units in
      weights.withUnsafeBufferPointer { weights in
        samples.enumerated().map { index, sample in
          rows.spread(units.of(sample), weights)
          let largest = rows.map(&map)
          return ConceptScore(
            predicted: map[...], mask: masks.words[index * size..<(index + 1) * size],
            peak: Float(1 / (1 + exp(-largest))))
        }
      }
    }
  }
}
