/// Float64 memory of zeros, aligned to vectors and freed with its owner.
final class DoubleBuffer {
  /// The first number.
  let start: UnsafeMutablePointer<Double>
  let count: Int

  init(count: Int) {
    self.count = count
    let bytes = max(count, 1) * MemoryLayout<Double>.stride
    start = UnsafeMutableRawPointer.allocate(byteCount: bytes, alignment: 64)
      .bindMemory(to: Double.self, capacity: max(count, 1))
    start.initialize(repeating: 0, count: count)
  }

  deinit { UnsafeMutableRawPointer(start).deallocate() }
}

extension UnsafeMutablePointer<Double> {
  /// The vector of four numbers that starts at a multiple of four.
  subscript(vector index: Int) -> SIMD4<Double> {
    @inline(__always) get {
      UnsafeRawPointer(self).load(
        fromByteOffset: index * MemoryLayout<SIMD4<Double>>.stride, as: SIMD4<Double>.self)
    }
    @inline(__always) nonmutating set {
      UnsafeMutableRawPointer(self).storeBytes(
        of: newValue, toByteOffset: index * MemoryLayout<SIMD4<Double>>.stride,
        as: SIMD4<Double>.self)
    }
  }
}
