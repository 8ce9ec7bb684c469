/// x, brought into −700...700.
func limited(_ x: SIMD4<Double>) -> SIMD4<Double> {
  x.replacing(with: 700, where: x .> 700).replacing(with: -700, where: x .< -700)
}

/// eˣ for |x| ≤ 700, to 4 units in the last place.
///
/// x = k·ln 2 + r with |r| ≤ ½·ln 2; eʳ by its Taylor series to r¹², 2ᵏ by the exponent bits.
@inline(__always)
func exponential(_ x: SIMD4<Double>) -> SIMD4<Double> {
  // Adding 1.5·2⁵² rounds to an integer, which is then found in the low bits.
  let rounder = 0x1.8p52
  let shifted = x * 1.4426950408889634 + rounder
  let k = shifted - rounder
  let r = (x - k * 0x1.62e42feep-1) - k * 0x1.a39ef35793c76p-33
  let r2 = r * r
  let r4 = r2 * r2
  let low = line(1, 1, r) + r2 * line(1.0 / 2, 1.0 / 6, r)
  let middle = line(1.0 / 24, 1.0 / 120, r) + r2 * line(1.0 / 720, 1.0 / 5040, r)
  let high = line(1.0 / 40_320, 1.0 / 362_880, r) + r2 * line(1.0 / 3_628_800, 1.0 / 39_916_800, r)
  let series = low + r4 * (middle + r4 * (high + r4 * SIMD4(repeating: 1.0 / 479_001_600)))
  let exponent = SIMD4<UInt64>(bitPattern: shifted) &<< 52
  return SIMD4<Double>(bitPattern: SIMD4<UInt64>(bitPattern: series) &+ exponent)
}

@inline(__always)
private func line(_ a: Double, _ b: Double, _ x: SIMD4<Double>) -> SIMD4<Double> { a + b * x }

extension SIMD4<Double> {
  fileprivate init(bitPattern: SIMD4<UInt64>) {
    self = unsafeBitCast(bitPattern, to: SIMD4<Double>.self)
  }
}

extension SIMD4<UInt64> {
  fileprivate init(bitPattern: SIMD4<Double>) {
    self = unsafeBitCast(bitPattern, to: SIMD4<UInt64>.self)
  }
}
