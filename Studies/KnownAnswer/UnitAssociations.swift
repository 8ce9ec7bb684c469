import Foundation
import Query
import Warehouse

/// How action units go together in a data set: in pictures, and in place.
struct UnitAssociations {
  let units: [Int]
  private let correlations: [Pair: Double]
  private let overlaps: [Pair: Double]

  private struct Pair: Hashable {
    let low: Int
    let high: Int

    init(_ a: Int, _ b: Int) { (low, high) = (min(a, b), max(a, b)) }
  }

  /// φ of two action units over the pictures; nil where one is in all or none of them.
  func correlation(_ a: Int, _ b: Int) -> Double? { correlations[Pair(a, b)] }

  /// The overlap of two action units' masks: Σ min / Σ max of the shares of their pictures in which
  /// a pixel belongs to the mask.
  func overlap(_ a: Int, _ b: Int) -> Double? { overlaps[Pair(a, b)] }

  /// Whether losing one says nothing about the other.
  func areUnrelated(_ a: Int, _ b: Int) -> Bool {
    abs(correlation(a, b) ?? 0) < 0.2 && (overlap(a, b) ?? 0) < 0.1
  }

  /// Reads presence and masks.
  ///
  /// - Parameters:
  ///   - units: The action units.
  ///   - dataset: The data set's name.
  ///   - model: A model, whose input the masks are in.
  ///   - store: The warehouse.
  /// - Throws: `WarehouseError` if a name is unknown or masks cannot be read.
  init(_ units: [Int], dataset: String, model: String, in store: Store) throws {
    self.units = units
    let stored = try store.dataset(named: dataset)
    let key = try store.model(named: model).record.inputKey
    let all = 0..<stored.count
    var present: [Int: Set<Int>] = [:]
    var shares: [Int: [Double]] = [:]
    for au in units {
      let masks = try store.readMasks(
        inputKey: key, dataset: stored.id, au: au, kind: .mask, positions: all)
      present[au] = Set(masks.positions)
      let size = masks.rowShape.reduce(1, *)
      var sum = [Double](repeating: 0, count: size)
      for row in masks.positions.indices {
        for pixel in 0..<size { sum[pixel] += Double(masks.values[row * size + pixel]) }
      }
      shares[au] = sum.map { $0 / Double(max(1, masks.positions.count)) }
    }
    var (correlations, overlaps): ([Pair: Double], [Pair: Double]) = ([:], [:])
    for (place, a) in units.enumerated() {
      for b in units.dropFirst(place + 1) {
        let pair = Pair(a, b)
        correlations[pair] = UnitAssociations.phi(
          present[a] ?? [], present[b] ?? [], of: stored.count)
        overlaps[pair] = UnitAssociations.overlap(shares[a] ?? [], shares[b] ?? [])
      }
    }
    self.correlations = correlations
    self.overlaps = overlaps
  }

  static func phi(_ a: Set<Int>, _ b: Set<Int>, of n: Int) -> Double? {
    let (x, y, both, n) = (
      Double(a.count), Double(b.count), Double(a.intersection(b).count), Double(n)
    )
    let spread = x * (n - x) * y * (n - y)
    return spread > 0 ? (n * both - x * y) / spread.squareRoot() : nil
  }

  private static func overlap(_ a: [Double], _ b: [Double]) -> Double? {
    let most = zip(a, b).reduce(0) { $0 + max($1.0, $1.1) }
    return most > 0 ? zip(a, b).reduce(0) { $0 + min($1.0, $1.1) } / most : nil
  }
}
