import Foundation
import Testing

@testable import Compute

/// Concept embedding written down densely: every cell reads every unit, nothing is sparse.
struct ConceptReference {
  let bits: UnitBits
  let gridHeight: Int
  let gridWidth: Int
  let alignCorners: Bool

  /// What PyTorch's `interpolate` says each cell reads along one axis.
  static func weights(units: Int, cells: Int, alignCorners: Bool) -> [[Double]] {
    (0..<cells).map { cell in
      var source: Double
      if alignCorners {
        source = cells > 1 ? Double(cell) * Double(units - 1) / Double(cells - 1) : 0
      } else {
        source = max(0, (Double(cell) + 0.5) * Double(units) / Double(cells) - 0.5)
      }
      source = min(source, Double(units - 1))
      // A whisker under an integer is that integer.
      let low = min(units - 1, Int(source + 1e-9))
      var row = [Double](repeating: 0, count: units)
      row[low] += 1 - (source - Double(low))
      row[min(low + 1, units - 1)] += source - Double(low)
      return row
    }
  }

  /// up(1[a > T]) of a sample: [channel][row][column].
  func upsampled(_ sample: Int) -> [[[Double]]] {
    let down = Self.weights(units: bits.height, cells: gridHeight, alignCorners: alignCorners)
    let across = Self.weights(units: bits.width, cells: gridWidth, alignCorners: alignCorners)
    return (0..<bits.channels).map { channel in
      (0..<gridHeight).map { y in
        (0..<gridWidth).map { x in
          var sum = 0.0
          for row in 0..<bits.height where down[y][row] != 0 {
            for column in 0..<bits.width where isOn(sample, channel, row * bits.width + column) {
              sum += down[y][row] * across[x][column]
            }
          }
          return sum
        }
      }
    }
  }

  /// The mean loss with its gradient and Hessian.
  func evaluate(
    _ weights: [Double], _ masks: GridMasks, _ samples: [Int], alpha: Double,
    published: Bool = false
  ) -> (loss: Double, gradient: [Double], hessian: [Double]) {
    let n = bits.channels
    var (loss, gradient) = (0.0, [Double](repeating: 0, count: n))
    var hessian = [Double](repeating: 0, count: n * n)
    for (row, sample) in samples.enumerated() {
      let up = upsampled(sample)
      for y in 0..<gridHeight {
        for x in 0..<gridWidth {
          let a = (0..<n).map { up[$0][y][x] }
          let z = zip(weights, a).reduce(0) { $0 + $1.0 * $1.1 }
          let t = masks[row, y, x]
          let p = 1 / (1 + exp(-z))
          var (first, second) = (0.0, 0.0)
          if published {
            loss -= t ? alpha * p : (1 - alpha) * (1 - p)
            first = (t ? -alpha : 1 - alpha) * p * (1 - p)
          } else {
            loss -= t ? alpha * log(p) : (1 - alpha) * log(1 - p)
            first = t ? -alpha * (1 - p) : (1 - alpha) * p
            second = (t ? alpha : 1 - alpha) * p * (1 - p)
          }
          for i in 0..<n where a[i] != 0 {
            gradient[i] += first * a[i]
            for j in 0..<n { hessian[i * n + j] += second * a[i] * a[j] }
          }
        }
      }
    }
    let scale = 1 / Double(samples.count)
    return (loss * scale, gradient.map { $0 * scale }, hessian.map { $0 * scale })
  }

  private func isOn(_ sample: Int, _ channel: Int, _ place: Int) -> Bool {
    let byte = (sample * bits.channels + channel) * bits.channelBytes + place / 8
    return bits.bytes[byte] >> UInt8(place % 8) & 1 == 1
  }
}

/// A random case: sizes, how many units are on, and masks that follow two of the channels.
struct ConceptCase: CustomTestStringConvertible, Sendable {
  let channels: Int
  let height: Int
  let width: Int
  let gridHeight: Int
  let gridWidth: Int
  var share = 0.1
  var samples = 6

  var testDescription: String {
    "\(channels)×\(height)×\(width) on \(gridHeight)×\(gridWidth), \(share) on"
  }

  static let all = [
    ConceptCase(channels: 5, height: 4, width: 4, gridHeight: 16, gridWidth: 16),
    ConceptCase(channels: 7, height: 3, width: 5, gridHeight: 13, gridWidth: 11),
    ConceptCase(channels: 4, height: 12, width: 9, gridHeight: 5, gridWidth: 7),
    ConceptCase(channels: 3, height: 8, width: 8, gridHeight: 8, gridWidth: 8, share: 0.3),
    ConceptCase(channels: 6, height: 1, width: 1, gridHeight: 6, gridWidth: 9, share: 0.4),
    ConceptCase(channels: 2, height: 1, width: 7, gridHeight: 9, gridWidth: 1, share: 0.4),
    ConceptCase(channels: 9, height: 16, width: 16, gridHeight: 17, gridWidth: 33, share: 0.02),
    ConceptCase(channels: 2, height: 6, width: 6, gridHeight: 12, gridWidth: 12, share: 1),
  ]

  func bits(seed: UInt64 = 1) -> UnitBits? {
    var random = RandomStream(seed: seed)
    return packed(samples: samples, channels: channels, height: height, width: width) { _, _, _ in
      random.chance(share)
    }
  }

  /// A third of the cells, at random.
  func masks(seed: UInt64 = 2) -> GridMasks {
    var random = RandomStream(seed: seed)
    return GridMasks(
      cells: (0..<samples * gridHeight * gridWidth).map { _ in random.chance(0.3) ? 1 : 0 },
      samples: samples, height: gridHeight, width: gridWidth)
  }

  func weights(seed: UInt64 = 3, scale: Double = 2) -> [Double] {
    var random = RandomStream(seed: seed)
    return (0..<channels).map { _ in scale * random.normal() }
  }
}
