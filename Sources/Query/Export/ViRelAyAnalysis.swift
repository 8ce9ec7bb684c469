internal import Compute
internal import HDF5

/// The analysis of the heat maps of one model, class by class.
///
/// Maps are summed over channels, averaged over cells so that a side has no more than 32, and
/// divided by the sum of their magnitudes.
struct ViRelAyAnalysis {
  /// The most samples of a class; more are thinned evenly.
  static let limit = 1_000
  /// The numbers of clusters.
  static let clusters = 2...5
  private static let side = 32

  /// The most samples of a class that are left out.
  let cut: Int
  /// Indices of the samples, a class each, ascending.
  private let members: [[Int]]
  private let isMember: [Bool]
  private let height: Int
  private let width: Int
  private let cell: Int
  private var maps: [Int: [Double]] = [:]

  init(_ samples: [ViRelAySample], classes: Int, height: Int, width: Int) {
    var groups = Array(repeating: [Int](), count: classes)
    for (index, sample) in samples.enumerated() { groups[sample.label].append(index) }
    cut = max(0, (groups.map(\.count).max() ?? 0) - ViRelAyAnalysis.limit)
    members = groups.map { group in
      guard group.count > ViRelAyAnalysis.limit else { return group }
      return (0..<ViRelAyAnalysis.limit).map { group[$0 * group.count / ViRelAyAnalysis.limit] }
    }
    var isMember = [Bool](repeating: false, count: samples.count)
    for index in members.joined() { isMember[index] = true }
    self.isMember = isMember
    (self.height, self.width) = (height, width)
    cell = max(1, (max(height, width) + ViRelAyAnalysis.side - 1) / ViRelAyAnalysis.side)
  }

  /// Takes the map of a sample, channels first.
  mutating func take(_ index: Int, map: ArraySlice<Float>) {
    guard isMember[index] else { return }
    let (rows, columns) = ((height + cell - 1) / cell, (width + cell - 1) / cell)
    var sums = [Double](repeating: 0, count: rows * columns)
    for (offset, value) in map.enumerated() {
      let pixel = offset % (height * width)
      sums[pixel / width / cell * columns + pixel % width / cell] += Double(value)
    }
    let whole = sums.reduce(0) { $0 + abs($1) }
    maps[index] = whole > 0 ? sums.map { $0 / whole } : sums
  }

  /// Writes the group of a class; none if no sample is of it.
  func write(_ label: Int, to root: HDF5Group, named name: String) throws {
    let members = members[label]
    guard !members.isEmpty else { return }
    let points = members.flatMap { maps[$0] ?? [] }
    guard let found = SpectralEmbedding(of: points, count: members.count) else {
      throw QueryError.failed("the heat maps of the class \(name) cannot be embedded")
    }
    let group = try root.createGroup(name)
    let index = try group.createDataset("index", of: .int32, shape: [members.count])
    try index.write(members.map { Int32($0) })
    // A plot needs two axes; a class of one sample has one of its own.
    let axes = max(2, found.dimensions)
    var values = [Float](repeating: 0, count: members.count * axes)
    for point in members.indices {
      for axis in 0..<found.dimensions {
        values[point * axes + axis] = Float(found.values[point * found.dimensions + axis])
      }
    }
    let embedding = try group.createDataset(
      "embedding/spectral", of: .float32, shape: [members.count, axes])
    try embedding.write(values)
    try embedding.attributes.set(
      .floats(found.eigenvalues.map { Float($0) }), for: "eigenvalue")
    for count in ViRelAyAnalysis.clusters {
      let places = KMeans.groups(of: found.values, count: members.count, groups: count)
      let cluster = try group.createDataset(
        "cluster/kmeans-\(count)", of: .int32, shape: [members.count])
      try cluster.write(places.map { Int32($0) })
      try cluster.attributes.set(.text("spectral"), for: "embedding")
      try cluster.attributes.set(.integer(Int64(count)), for: "k")
    }
  }
}
