import Foundation

/// A stream of random numbers that is a pure function of its seed and keys.
///
/// Streams with different keys are independent for every practical purpose, so that work can be
/// split over threads, or resumed, without changing what is drawn: key the stream by what it is
/// for (epoch, step, sample), never by who draws it.
/// Generator: xoshiro256** (Blackman & Vigna 2018), seeded by SplitMix64.
public struct RandomStream: RandomNumberGenerator, Sendable {
  private var state: (UInt64, UInt64, UInt64, UInt64)
  private var spareNormal: Double?

  /// The stream of a seed and any number of keys, in order.
  public init(seed: UInt64, _ keys: UInt64...) {
    var mixed = seed
    for key in keys {
      mixed = RandomStream.mix(mixed &+ 0x9e37_79b9_7f4a_7c15) ^ RandomStream.mix(key)
    }
    var words: [UInt64] = []
    for _ in 0..<4 {
      mixed &+= 0x9e37_79b9_7f4a_7c15
      words.append(RandomStream.mix(mixed))
    }
    state = (words[0], words[1], words[2], words[3])
  }

  /// A key made of text: FNV-1a, 64 bits.
  public static func key(_ text: String) -> UInt64 {
    text.utf8.reduce(0xcbf2_9ce4_8422_2325) { ($0 ^ UInt64($1)) &* 0x0000_0100_0000_01b3 }
  }

  /// The next 64 bits.
  public mutating func next() -> UInt64 {
    let result = RandomStream.rotate(state.1 &* 5, 7) &* 9
    let shifted = state.1 << 17
    state.2 ^= state.0
    state.3 ^= state.1
    state.1 ^= state.2
    state.0 ^= state.3
    state.2 ^= shifted
    state.3 = RandomStream.rotate(state.3, 45)
    return result
  }

  /// A number in [0, 1), uniform, with 53 random bits.
  public mutating func uniform() -> Double { Double(next() >> 11) * 0x1p-53 }

  /// A number in [low, high), uniform.
  public mutating func uniform(_ low: Double, _ high: Double) -> Double {
    low + (high - low) * uniform()
  }

  /// A number of the normal distribution (Box–Muller).
  public mutating func normal(_ mean: Double = 0, _ deviation: Double = 1) -> Double {
    if let spare = spareNormal {
      spareNormal = nil
      return mean + deviation * spare
    }
    let radius = (-2 * log(1 - uniform())).squareRoot()
    let angle = 2 * Double.pi * uniform()
    spareNormal = radius * sin(angle)
    return mean + deviation * radius * cos(angle)
  }

  /// An integer in 0..<bound, uniform (Lemire's method, without bias).
  public mutating func below(_ bound: Int) -> Int {
    precondition(bound > 0, "below() takes a positive bound")
    let bound = UInt64(bound)
    var product = next().multipliedFullWidth(by: bound)
    if product.low < bound {
      let threshold = (0 &- bound) % bound
      while product.low < threshold { product = next().multipliedFullWidth(by: bound) }
    }
    return Int(product.high)
  }

  /// True with probability `p`.
  public mutating func chance(_ p: Double) -> Bool { uniform() < p }

  /// 0..<count in random order (Fisher–Yates).
  public mutating func permutation(_ count: Int) -> [Int] {
    var order = Array(0..<count)
    guard count > 1 else { return order }
    for last in stride(from: count - 1, to: 0, by: -1) { order.swapAt(last, below(last + 1)) }
    return order
  }

  private static func mix(_ value: UInt64) -> UInt64 {
    var z = value
    z = (z ^ (z >> 30)) &* 0xbf58_476d_1ce4_e5b9
    z = (z ^ (z >> 27)) &* 0x94d0_49bb_1331_11eb
    return z ^ (z >> 31)
  }

  private static func rotate(_ value: UInt64, _ by: UInt64) -> UInt64 {
    (value << by) | (value >> (64 - by))
  }
}
