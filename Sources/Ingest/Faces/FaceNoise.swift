internal import Compute
import Foundation

/// Smooth noise that repeats: tables of random numbers in −1…1, made once from a fixed seed.
struct FaceNoise: Sendable {
  /// Cells a side of the table.
  static let side = 256
  private let table: [Float]

  /// The table that all faces share.
  init() {
    var random = RandomStream(seed: 0x6e6f_6973_65)
    table = (0..<FaceNoise.side * FaceNoise.side).map { _ in Float(random.uniform(-1, 1)) }
  }

  /// Noise at a point, with features about 1 wide.
  func callAsFunction(_ x: Float, _ y: Float) -> Float {
    let left = FaceNoise.floor(x)
    let top = FaceNoise.floor(y)
    let fx = x - Float(left)
    let fy = y - Float(top)
    let mask = FaceNoise.side - 1
    let x0 = left & mask
    let y0 = top & mask
    let x1 = (x0 + 1) & mask
    let y1 = (y0 + 1) & mask
    let sx = fx * fx * (3 - 2 * fx)
    let sy = fy * fy * (3 - 2 * fy)
    return table.withUnsafeBufferPointer { table in
      let a = table[y0 << 8 | x0]
      let b = table[y0 << 8 | x1]
      let c = table[y1 << 8 | x0]
      let d = table[y1 << 8 | x1]
      let upper = a + (b - a) * sx
      let lower = c + (d - c) * sx
      return upper + (lower - upper) * sy
    }
  }

  /// The next whole number below, without the call that `rounded(.down)` is on most processors.
  @inline(__always)
  private static func floor(_ value: Float) -> Int {
    let whole = Int(value)
    return Float(whole) > value ? whole - 1 : whole
  }
}
