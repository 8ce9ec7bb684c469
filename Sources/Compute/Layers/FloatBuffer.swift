/// Uninitialised float32 memory, aligned to cache lines and freed with its last owner.
///
/// Not Sendable: whoever shares one over threads gives every thread a region of its own.
final class FloatBuffer {
  /// The first number.
  let start: UnsafeMutablePointer<Float>
  /// How many numbers there is room for.
  let count: Int

  /// Memory for at least `count` numbers.
  init(count: Int) {
    self.count = count
    let bytes = max(count, 1) * MemoryLayout<Float>.stride
    start = UnsafeMutableRawPointer.allocate(byteCount: bytes, alignment: 64)
      .bindMemory(to: Float.self, capacity: max(count, 1))
  }

  /// A copy of these numbers.
  convenience init(_ values: [Float]) {
    self.init(count: values.count)
    values.withUnsafeBufferPointer { source in
      if let base = source.baseAddress { start.update(from: base, count: source.count) }
    }
  }

  deinit { UnsafeMutableRawPointer(start).deallocate() }

  /// The first `count` numbers as an array.
  func values(_ count: Int) -> [Float] {
    precondition(count <= self.count, "a buffer of \(self.count) numbers has no \(count)")
    return Array(UnsafeBufferPointer(start: start, count: count))
  }
}
