/// What the frozen part of a network says about the samples of a set, kept from the first time
/// that each one passes it.
///
/// It is the same in every epoch where samples do not change, and a sample's result has the same
/// bits in any batch.
final class FrozenOutputs {
  /// The most bytes that are kept for a set; a set that needs more is computed every time.
  static let memoryLimit = 64 << 20

  private let shape: Shape
  private let values: FloatBuffer
  private var isKnown: [Bool]

  /// Room for a set; nil if it needs too much.
  init?(samples: Int, shape: Shape) {
    guard samples * shape.count * MemoryLayout<Float>.stride <= FrozenOutputs.memoryLimit else {
      return nil
    }
    self.shape = shape
    values = FloatBuffer(count: samples * shape.count)
    isKnown = Array(repeating: false, count: samples)
  }

  /// The outputs of these samples; nil unless all are known.
  func outputs(_ positions: [Int]) -> Activation? {
    guard positions.allSatisfy({ isKnown[$0] }) else { return nil }
    let count = shape.count
    let chosen = [Float](unsafeUninitializedCapacity: positions.count * count) { target, filled in
      if let base = target.baseAddress {
        for (row, position) in positions.enumerated() {
          (base + row * count).initialize(from: values.start + position * count, count: count)
        }
      }
      filled = positions.count * count
    }
    return Activation(samples: positions.count, shape: shape, values: chosen)
  }

  /// Keeps the outputs of these samples, [positions.count, shape].
  func keep(_ outputs: FloatBuffer, of positions: [Int]) {
    let count = shape.count
    for (row, position) in positions.enumerated() {
      (values.start + position * count).update(from: outputs.start + row * count, count: count)
      isKnown[position] = true
    }
  }
}
