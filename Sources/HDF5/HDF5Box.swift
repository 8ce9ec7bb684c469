/// A box of a dataset's elements, and where they go.
public struct HDF5Box: Sendable, Equatable {
  /// The first index in each dimension.
  public let start: [Int]
  /// The extent in each dimension.
  public let count: [Int]
  /// Where in the answer its first element goes; the others follow, the last dimension fastest.
  public let offset: Int

  /// A box with its parts.
  public init(at start: [Int], count: [Int], offset: Int = 0) {
    self.start = start
    self.count = count
    self.offset = offset
  }

  /// The number of elements, of a box that has been checked.
  var total: Int { count.reduce(1, *) }

  /// Calls `body` for each stretch of elements that lie one after the other both in a chunk and in
  /// the answer: where it begins in the chunk, where in the answer, and its length.
  ///
  /// - Parameters:
  ///   - origin: The index of the chunk's first element in each dimension.
  ///   - chunk: The extent of the chunk in each dimension.
  ///   - body: Is called for the elements that the box and the chunk share.
  func forEachStretch(
    inChunkAt origin: [Int], of chunk: [Int], _ body: (Int, Int, Int) -> Void
  ) {
    let rank = start.count
    let low = (0..<rank).map { max(start[$0], origin[$0]) }
    let extent = (0..<rank).map {
      min(start[$0] + count[$0], origin[$0] + chunk[$0]) - low[$0]
    }
    guard extent.allSatisfy({ $0 > 0 }) else { return }
    // Dimensions that are whole on both sides run together with the one before.
    var axis = rank - 1
    var length = extent[axis]
    while axis > 0, extent[axis] == chunk[axis], extent[axis] == count[axis] {
      axis -= 1
      length *= extent[axis]
    }
    var index = [Int](repeating: 0, count: rank)
    while true {
      var source = 0
      var target = 0
      for dimension in 0..<rank {
        let place = low[dimension] + index[dimension]
        source = source * chunk[dimension] + place - origin[dimension]
        target = target * count[dimension] + place - start[dimension]
      }
      body(source, offset + target, length)
      var dimension = axis - 1
      while dimension >= 0 {
        index[dimension] += 1
        if index[dimension] < extent[dimension] { break }
        index[dimension] = 0
        dimension -= 1
      }
      if dimension < 0 { return }
    }
  }
}
