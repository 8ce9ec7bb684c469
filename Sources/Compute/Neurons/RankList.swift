/// The samples in which a unit is most active: all those above a threshold, and no other.
///
/// Their positions ascend and are stored as gaps, seven bits a byte, the highest bit set where more
/// follow: about a byte a sample.
public enum RankList {
  /// The share of samples that a list holds at most, so that a list takes about half a bit for each
  /// activation of its unit.
  public static let share = 16

  /// The list of a unit.
  ///
  /// - Parameter values: Its activation in every sample, none of them NaN.
  /// - Returns: The threshold (the activation at rank ⌈n / 16⌉ from the top, counted from 0), and
  ///   the positions whose activation is above it, as bytes.
  public static func make(of values: [Float]) -> (threshold: Float, bytes: [UInt8]) {
    guard !values.isEmpty else { return (0, []) }
    let rank = min(values.count - 1, (values.count + share - 1) / share)
    var selection = values
    let threshold = selectDescending(&selection, rank)
    return (threshold, encode(values.indices.filter { values[$0] > threshold }))
  }

  /// Ascending positions as bytes.
  static func encode(_ positions: [Int]) -> [UInt8] {
    var bytes: [UInt8] = []
    var next = 0
    for position in positions {
      var gap = UInt64(position - next)
      while gap >= 128 {
        bytes.append(UInt8(gap & 127) | 128)
        gap >>= 7
      }
      bytes.append(UInt8(gap))
      next = position + 1
    }
    return bytes
  }

  /// Positions from bytes.
  ///
  /// - Parameters:
  ///   - bytes: As `make` gives them.
  ///   - count: The number of samples.
  /// - Returns: Ascending positions; nil if the bytes are no list of positions below `count`.
  public static func decode(_ bytes: [UInt8], count: Int) -> [Int]? {
    var positions: [Int] = []
    var next = 0
    var gap = 0
    var shift = 0
    for byte in bytes {
      guard shift <= 49 else { return nil }
      gap |= Int(byte & 127) << shift
      shift += 7
      if byte & 128 != 0 { continue }
      guard gap < count - next else { return nil }
      positions.append(next + gap)
      next += gap + 1
      (gap, shift) = (0, 0)
    }
    return shift == 0 ? positions : nil
  }

  /// The value at a rank in descending order, by quickselect with the middle element as pivot.
  private static func selectDescending(_ values: inout [Float], _ rank: Int) -> Float {
    var (low, high) = (0, values.count - 1)
    while low < high {
      let pivot = values[(low + high) / 2]
      var (left, right) = (low, high)
      while left <= right {
        while values[left] > pivot { left += 1 }
        while values[right] < pivot { right -= 1 }
        guard left <= right else { break }
        values.swapAt(left, right)
        left += 1
        right -= 1
      }
      if rank <= right { high = right } else if rank >= left { low = left } else { break }
    }
    return values[rank]
  }
}
