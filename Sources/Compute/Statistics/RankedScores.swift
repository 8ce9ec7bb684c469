/// Scores of positive and negative samples in ascending order, ready for areas under the ROC curve
/// of many resamples.
public struct RankedScores: Sendable {
  private struct Item: Sendable {
    let group: Int32
    let isPositive: Bool
    /// Whether the next item has another score.
    let endsTie: Bool
  }
  private let items: [Item]

  /// Sorts the scores.
  ///
  /// - Parameters:
  ///   - scores: Larger means more likely positive; no NaN.
  ///   - isPositive: The truth, one a score.
  ///   - groups: The group (subject) of each score, which `area(weights:)` counts by.
  public init(scores: [Double], isPositive: [Bool], groups: [Int]) {
    let count = min(scores.count, isPositive.count, groups.count)
    let order = (0..<count).sorted { scores[$0] < scores[$1] }
    items = order.indices.map { place in
      let index = order[place]
      let next = place + 1 < count ? scores[order[place + 1]] : nil
      return Item(
        group: Int32(truncatingIfNeeded: groups[index]), isPositive: isPositive[index],
        endsTie: next != scores[index])
    }
  }

  /// The area under the ROC curve: P(positive above negative) + ½·P(equal), from the Mann–Whitney
  /// statistic (Hanley & McNeil 1982); nil without a positive or a negative sample.
  public var area: Double? { area { _ in 1 } }

  /// The area when each sample counts as often as its group was drawn.
  public func area(weights: [Int32]) -> Double? { area { Int(weights[Int($0)]) } }

  private func area(_ weight: (Int32) -> Int) -> Double? {
    // Twice the number of ordered pairs, so that ties stay integral.
    var doubledPairs = 0.0
    var (positives, negatives) = (0, 0)
    var (tiedPositives, tiedNegatives) = (0, 0)
    for item in items {
      if item.isPositive {
        tiedPositives += weight(item.group)
      } else {
        tiedNegatives += weight(item.group)
      }
      if item.endsTie {
        doubledPairs += Double(tiedPositives) * Double(2 * negatives + tiedNegatives)
        positives += tiedPositives
        negatives += tiedNegatives
        (tiedPositives, tiedNegatives) = (0, 0)
      }
    }
    guard positives > 0, negatives > 0 else { return nil }
    return doubledPairs / (2 * Double(positives) * Double(negatives))
  }
}
