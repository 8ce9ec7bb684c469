/// A float rounded up to the next bfloat16 value, as a 16-bit code that sorts like the values.
///
/// For a threshold `t` that is itself a bfloat16 value, `x > t` exactly if
/// `code(x) > code(t)`: rounding up is monotone and leaves `t` where it is. So the 16 bits are
/// all that exact thresholds need.
struct BFloat16Code: Comparable, Sendable {
  let rawValue: UInt16

  /// The code of a value; −0 counts as 0.
  ///
  /// - Precondition: `value` is not NaN.
  @inline(__always)
  init(roundingUp value: Float) {
    let bits = (value == 0 ? 0 : value).bitPattern
    let high = UInt16(truncatingIfNeeded: bits >> 16)
    if bits & 0x8000_0000 == 0 {
      // Positive: any discarded bit carries upwards. The largest finite values become infinity.
      let up = high &+ (bits & 0xffff == 0 ? 0 : 1)
      rawValue = up | 0x8000
    } else {
      // Negative: dropping bits moves towards zero, which is upwards.
      rawValue = ~high
    }
  }

  init(rawValue: UInt16) { self.rawValue = rawValue }

  /// The bfloat16 value of the code.
  var value: Float {
    let high = rawValue & 0x8000 == 0 ? ~rawValue : rawValue & 0x7fff
    return Float(bitPattern: UInt32(high) << 16)
  }

  static func < (a: BFloat16Code, b: BFloat16Code) -> Bool { a.rawValue < b.rawValue }
}
