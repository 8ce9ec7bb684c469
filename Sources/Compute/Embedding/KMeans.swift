/// Groups of points around their means.
///
/// Lloyd's iteration (1982) from starts of k-means++ (Arthur & Vassilvitskii 2007), the best of ten.
public enum KMeans {
  private static let starts = 10
  private static let iterations = 100

  /// The group of every point.
  ///
  /// - Parameters:
  ///   - points: [points, features].
  ///   - count: The number of points, at least 1.
  ///   - groups: How many groups; no more than points are made.
  ///   - seed: The seed of the starts.
  /// - Returns: Groups from 0, numbered in the order of their first points.
  public static func groups(
    of points: [Double], count: Int, groups: Int, seed: UInt64 = 1
  ) -> [Int] {
    precondition(
      count > 0 && points.count % count == 0 && groups > 0, "points fill a matrix of rows")
    let size = points.count / count
    let rows = (0..<count).map { Array(points[$0 * size..<($0 + 1) * size]) }
    let runs = concurrentMap(starts) { start in
      var stream = RandomStream(seed: seed, RandomStream.key("k-means"), UInt64(start))
      return run(rows, from: centres(of: rows, min(groups, count), &stream))
    }
    // The first of equally good ones.
    let best = runs.min { $0.loss < $1.loss }?.places ?? []
    var numbers: [Int: Int] = [:]
    return best.map { place in
      let number = numbers[place] ?? numbers.count
      numbers[place] = number
      return number
    }
  }

  private static func centres(
    of rows: [[Double]], _ groups: Int, _ stream: inout RandomStream
  ) -> [[Double]] {
    var centres = [rows[stream.below(rows.count)]]
    var distances = rows.map { distance($0, centres[0]) }
    while centres.count < groups {
      var rest = stream.uniform() * distances.reduce(0, +)
      // Where all points are centres already, or rounding leaves a rest, the farthest one.
      var chosen = distances.indices.max { distances[$0] < distances[$1] } ?? 0
      for (index, distance) in distances.enumerated() where distance > 0 {
        rest -= distance
        if rest < 0 {
          chosen = index
          break
        }
      }
      centres.append(rows[chosen])
      distances = zip(rows, distances).map { min($1, distance($0, rows[chosen])) }
    }
    return centres
  }

  private static func run(
    _ rows: [[Double]], from start: [[Double]]
  ) -> (places: [Int], loss: Double) {
    var centres = start
    var places: [Int] = []
    for _ in 0..<iterations {
      let next = rows.map { row in
        let distances = centres.map { distance(row, $0) }
        return distances.indices.min { distances[$0] < distances[$1] } ?? 0
      }
      if next == places { break }
      places = next
      for group in centres.indices {
        let members = rows.indices.filter { places[$0] == group }
        // A group that lost its points keeps its centre.
        guard !members.isEmpty else { continue }
        centres[group] = centres[group].indices.map { feature in
          members.reduce(0.0) { $0 + rows[$1][feature] } / Double(members.count)
        }
      }
    }
    return (places, zip(rows, places).reduce(0) { $0 + distance($1.0, centres[$1.1]) })
  }

  private static func distance(_ a: [Double], _ b: [Double]) -> Double {
    zip(a, b).reduce(0) { $0 + ($1.0 - $1.1) * ($1.0 - $1.1) }
  }
}
