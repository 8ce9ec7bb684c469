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
  let isWide: Bool

  /// z of four cells.
  @inline(__always)
  func z(_ chunk: Int) -> SIMD4<Double> {
    (1 - fraction) * upper[vector: chunk] + fraction * lower[vector: chunk]
  }

  /// Goes over four cells; bit i of `concept` says whether the i-th belongs to the concept.
  @inline(__always)
  func step<Loss: CellLoss>(
    _ chunk: Int, concept: Int, _ loss: inout Loss, curvature: Bool
  ) {
    let (one, two) = (1 - fraction, fraction)
    let slopes = loss.add(z: z(chunk), t: patterns[vector: concept], isWide: isWide)
    upperSlope[vector: chunk] += one * slopes.first
    lowerSlope[vector: chunk] += two * slopes.first
    guard curvature else { return }
    upperCurvature[vector: chunk] += (one * one) * slopes.second
    mixedCurvature[vector: chunk] += (one * two) * slopes.second
    lowerCurvature[vector: chunk] += (two * two) * slopes.second
  }
}
