internal import Foundation
internal import HDF5

/// Writes what is kept of a segment into a new file.
struct SegmentRewrite {
  let plan: CompactionPlan
  let threads: Int
  /// Called between steps; what it throws ends the work.
  let check: () throws -> Void

  /// Values that are unpacked at a time, in bytes.
  private static let batchBytes = 1 << 25
  private static let attributes = [
    "format", "version", "dataset", "model", "key", "first", "count", "numerics", "kernel",
  ]

  /// Copies arrays as they are packed, and packs maps anew that another codec is asked for.
  ///
  /// - Parameters:
  ///   - source: The segment's file.
  ///   - target: The new file; nothing may be there.
  ///   - willReach: Is told of the steps.
  /// - Returns: The bytes that each kept array takes in the new file.
  /// - Throws: `HDF5Error` if a file cannot be read or written, `WarehouseError` if a value did not
  ///   come through as it was.
  func run(
    from source: URL, to target: URL, _ willReach: (SegmentStep) throws -> Void
  ) throws -> [Int] {
    let old = try HDF5File.open(source)
    defer { try? old.close() }
    let new = try HDF5File.create(target)
    do {
      let bytes = try fill(new, from: old.root(), willReach)
      try willReach(.close)
      try new.close()
      try compare(target, with: old.root())
      return bytes
    } catch {
      try? new.close()
      throw error
    }
  }

  private func fill(
    _ new: HDF5File, from old: HDF5Group, _ willReach: (SegmentStep) throws -> Void
  ) throws -> [Int] {
    let root = try new.root()
    for name in Self.attributes {
      if let value = try old.attributes.value(name) { try root.attributes.set(value, for: name) }
    }
    try old.copy(SegmentNode.sampleID, to: root)
    try willReach(.body)
    for array in plan.kept {
      try check()
      if let codec = array.recoding {
        try recode(old.dataset(array.node), array.node, into: root, codec)
      } else {
        for node in array.nodes { try old.copy(node, to: root) }
      }
    }
    try new.flush()
    return try plan.kept.map { array in
      array.recoding == nil ? 0 : try root.dataset(array.node).storedBytes()
    }
  }

  private func recode(
    _ old: HDF5Dataset, _ node: String, into root: HDF5Group, _ codec: ArrayCodec
  ) throws {
    switch old.elementType {
    case .float32: try recode(old, node, as: Float.self, into: root, codec)
    case .float16: try recode(old, node, as: Float16.self, into: root, codec)
    default:
      throw WarehouseError(
        .damaged, plan.file.path, "\(node) does not hold what its row says",
        advice: "run lethe verify")
    }
  }

  private func recode<Element: HDF5Element>(
    _ old: HDF5Dataset, _ node: String, as type: Element.Type, into root: HDF5Group,
    _ codec: ArrayCodec
  ) throws {
    let storage = ChunkShape.storage(of: old.shape, Element.elementType, .maps, codec)
    let new = try root.createDataset(
      node, of: Element.elementType, shape: old.shape, storage: storage)
    guard old.count > 0 else { return }
    let writer = try HDF5ChunkWriter(new, threads: threads)
    try forEachBatch(of: old, as: type) { values, row in try writer.write(values, at: row) }
  }

  /// Reads what was packed anew once more: an old file goes only for one that says the same.
  private func compare(_ url: URL, with old: HDF5Group) throws {
    let file = try HDF5File.open(url)
    defer { try? file.close() }
    let root = try file.root()
    for array in plan.kept where array.recoding != nil {
      let (before, after) = (try old.dataset(array.node), try root.dataset(array.node))
      let isSame =
        array.type == .f32
        ? try isEqual(before, after, as: Float.self)
        : try isEqual(before, after, as: Float16.self)
      guard isSame else {
        throw WarehouseError(
          .writeFailed, plan.file.path, "\(array.node) did not come through as it was",
          advice: "nothing was changed; see whether memory and disk are sound")
      }
    }
  }

  private func isEqual<Element: HDF5Element>(
    _ before: HDF5Dataset, _ after: HDF5Dataset, as type: Element.Type
  ) throws -> Bool {
    guard before.shape == after.shape else { return false }
    var isSame = true
    var other: [Element] = []
    try forEachBatch(of: before, as: type) { values, row in
      other = try rows(row, of: after, count: values.count)
      let isEqual = values.withUnsafeBytes { first in
        other.withUnsafeBytes { second in
          guard let one = first.baseAddress, let other = second.baseAddress else { return true }
          return first.count == second.count && memcmp(one, other, first.count) == 0
        }
      }
      isSame = isSame && isEqual
    }
    return isSame
  }

  /// Calls `body` with some rows of a dataset after the other, whole chunks of them.
  private func forEachBatch<Element: HDF5Element>(
    of dataset: HDF5Dataset, as type: Element.Type, _ body: ([Element], Int) throws -> Void
  ) throws {
    let row = dataset.shape.dropFirst().reduce(1, *)
    let depth = dataset.chunk?[0] ?? 1
    let most = max(1, Self.batchBytes / max(1, row * depth * MemoryLayout<Element>.size))
    for first in stride(from: 0, to: dataset.shape[0], by: most * depth) {
      try check()
      let count = min(most * depth, dataset.shape[0] - first)
      try body(try rows(first, of: dataset, count: count * row), first)
    }
  }

  private func rows<Element: HDF5Element>(
    _ first: Int, of dataset: HDF5Dataset, count: Int
  ) throws -> [Element] {
    let shape = Array(dataset.shape.dropFirst())
    let rows = count / max(1, shape.reduce(1, *))
    let box = HDF5Box(at: [first] + shape.map { _ in 0 }, count: [rows] + shape)
    return try [Element](unsafeUninitializedCapacity: count) { target, initialised in
      try dataset.read(into: target, boxes: [box], threads: threads)
      initialised = count
    }
  }
}
