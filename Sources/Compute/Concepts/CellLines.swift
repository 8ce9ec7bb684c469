/// The rows of numbers that a row of cells reads and writes.
struct CellLines {
  let upper: UnsafeMutablePointer<Double>
  let lower: UnsafeMutablePointer<Double>
  let upperSlope: UnsafeMutablePointer<Double>
  let lowerSlope: UnsafeMutablePointer<Double>
  let upperCurvature: UnsafeMutablePointer<Double>
  let mixedCurvature: UnsafeMutablePointer<Double>
  let lowerCurvature: UnsafeMutablePointer<Double>
  let patterns: UnsafeMutablePointer<Double>
  let fraction: Double
  /// Whether |z| may be above 700.
  let isWide: Bool
  /// Whether z is 0 in all cells.
  let isZero: Bool

  /// z of four cells.
  @inline(__always)
  func z(_ chunk: Int) -> SIMD4<Double> {
    (1 - fraction) * upper[vector: chunk] + fraction * lower[vector: chunk]
  }

  /// Adds the slopes of four cells.
  @inline(__always)
  func add(_ slopes: SIMD4<Double>, to chunk: Int) {
    upperSlope[vector: chunk] += (1 - fraction) * slopes
    lowerSlope[vector: chunk] += fraction * slopes
  }
}
