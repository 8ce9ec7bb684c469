/// The elements of a dataset that lie in chunks, which a B-tree of version 1 lists.
struct ChunkedElements {
  /// The root of the tree; nil if nothing has been written.
  private let tree: Int?
  /// The extents of a chunk.
  private let chunk: [Int]
  private let elementSize: Int
  private let filters: FilterPipeline

  /// The chunks that a layout message describes; nil if they do not fit the dataset.
  init?(_ layout: [UInt8], rank: Int, elementSize: Int, filters: FilterPipeline) {
    // Rank and extents count the bytes of an element as one dimension more.
    guard layout.count > 2, rank > 0, Int(layout[2]) == rank + 1 else { return nil }
    let sides = (0...rank).compactMap { layout.word(11 + 4 * $0) }
    guard sides.count == rank + 1, sides.allSatisfy({ $0 > 0 }), sides[rank] == elementSize
    else { return nil }
    tree = layout.address(3)
    chunk = Array(sides.dropLast())
    self.elementSize = elementSize
    self.filters = filters
  }

  /// All elements' bytes, the last dimension running fastest.
  ///
  /// - Parameters:
  ///   - shape: The extents of the dataset.
  ///   - file: The file.
  ///   - path: The dataset's path.
  /// - Returns: The bytes, unpacked.
  /// - Throws: `HDF5Error` if chunks are missing, damaged, or out of proportion to the file.
  func bytes(
    of shape: [Int], in file: UntrustedHDF5File, path: String
  ) throws(HDF5Error) -> [UInt8] {
    func problem(_ reason: String) -> HDF5Error { file.error("read the dataset", path, reason) }
    for case .unknown(let name) in filters.filters {
      throw problem("its chunks are packed by \(name); write it with gzip or uncompressed")
    }
    if filters.filters.contains(.deflate), file.inflate == nil {
      throw problem("its chunks are compressed, which is not read here")
    }
    guard let total = elementCount(shape), total > 0 else { return [] }
    // In each dimension; the product is no more than the elements are.
    let counts = zip(shape, chunk).map { ($0 - 1) / $1 + 1 }
    let expected = counts.reduce(1, *)
    // The tree needs so many bytes for a chunk alone.
    guard expected <= file.size / (24 + 8 * shape.count) else {
      throw problem("it claims \(expected) chunks, which the file does not hold")
    }
    guard let size = elementCount(chunk + [elementSize]),
      file.mayUnpack(size, times: expected, asFloats: elementSize)
    else {
      throw problem(
        "its chunks would unpack to far more than the file holds; write it without compression")
    }
    var result = [UInt8](repeating: 0, count: total * elementSize)
    var isRead = [Bool](repeating: false, count: expected)
    try visit(file, rank: shape.count, limit: expected, problem) { entry throws(HDF5Error) in
      var index = 0
      for (dimension, offset) in entry.origin.enumerated() {
        guard offset % chunk[dimension] == 0, offset < shape[dimension] else {
          throw problem("a chunk lies outside of it")
        }
        index = index * counts[dimension] + offset / chunk[dimension]
      }
      guard !isRead[index] else { throw problem("a chunk is there twice") }
      isRead[index] = true
      guard let stored = file.data(at: entry.address, count: entry.size),
        let elements = filters.unpacked(
          stored, skipped: entry.skipped, size: size, inflate: file.inflate)
      else { throw problem("a chunk is damaged") }
      copy(elements, at: entry.origin, of: shape, to: &result)
    }
    guard isRead.allSatisfy(\.self) else { throw problem("some of its chunks were never written") }
    return result
  }

  /// A chunk in the tree.
  private struct Entry {
    let address: Int
    /// Bytes in the file.
    let size: Int
    /// The filters that were left out, one bit each.
    let skipped: Int
    /// The place of its first element.
    let origin: [Int]
  }

  /// Calls `take` with every chunk below the root of the tree.
  private func visit(
    _ file: UntrustedHDF5File, rank: Int, limit: Int, _ problem: (String) -> HDF5Error,
    _ take: (Entry) throws(HDF5Error) -> Void
  ) throws(HDF5Error) {
    guard let tree else { return }
    // A key: bytes, filters left out, and a place, whose last part is one within an element.
    let keySize = 16 + 8 * rank
    var nodes: [(address: Int, level: Int?)] = [(tree, nil)]
    var visited = 0
    while let node = nodes.popLast() {
      visited += 1
      guard visited <= limit + 64, let head = file.bytes(at: node.address, count: 24),
        head.starts(with: Array("TREE".utf8)), head[4] == 1, let count = head.short(6),
        node.level.map({ Int(head[5]) == $0 }) ?? true, count + nodes.count <= limit + 64,
        let body = file.bytes(at: node.address + 24, count: count * (keySize + 8))
      else { throw problem("the tree of its chunks is damaged") }
      for index in 0..<count {
        let start = index * (keySize + 8)
        guard let child = body.address(start + keySize), let size = body.word(start),
          let skipped = body.word(start + 4)
        else { throw problem("the tree of its chunks is damaged") }
        if head[5] > 0 {
          nodes.append((child, Int(head[5]) - 1))
          continue
        }
        let origin = (0..<rank).compactMap { body.address(start + 8 + 8 * $0) }
        guard origin.count == rank else { throw problem("the tree of its chunks is damaged") }
        try take(Entry(address: child, size: size, skipped: skipped, origin: origin))
      }
    }
  }

  /// Copies the part of a chunk that lies within the dataset, row by row.
  private func copy(
    _ elements: [UInt8], at origin: [Int], of shape: [Int], to result: inout [UInt8]
  ) {
    let rank = shape.count
    let sides = (0..<rank).map { min(chunk[$0], shape[$0] - origin[$0]) }
    let rowSize = sides[rank - 1] * elementSize
    let rows = sides.dropLast().reduce(1, *)
    for row in 0..<rows {
      var (rest, source, target) = (row, 0, 0)
      var (sourceStep, targetStep) = (chunk[rank - 1], shape[rank - 1])
      for dimension in (0..<rank - 1).reversed() {
        let place = rest % sides[dimension]
        rest /= sides[dimension]
        source += place * sourceStep
        target += (origin[dimension] + place) * targetStep
        sourceStep *= chunk[dimension]
        targetStep *= shape[dimension]
      }
      let from = source * elementSize
      let to = (target + origin[rank - 1]) * elementSize
      result.replaceSubrange(to..<to + rowSize, with: elements[from..<from + rowSize])
    }
  }
}
