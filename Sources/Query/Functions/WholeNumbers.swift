internal import SQLite

/// Which whole numbers meet the comparisons of a statement.
enum WholeNumbers {
  /// The numbers to look at; nil for none.
  ///
  /// A text may be compared as a number: it leaves the numbers as they are.
  ///
  /// - Parameters:
  ///   - equal: What they must equal, if anything.
  ///   - bounds: What they must be greater or less than.
  /// - Returns: A range that holds all numbers which meet the comparisons.
  static func wanted(_ equal: SQLiteValue?, _ bounds: TableFunctionBounds) -> ClosedRange<Int64>? {
    var (least, greatest) = (Int64.min, Int64.max)
    switch equal {
    case nil, .text: break
    case .some(let value):
      guard let number = self.equal(to: value) else { return nil }
      (least, greatest) = (number, number)
    }
    for (bound, isIncluded) in [(bounds.atLeast, true), (bounds.above, false)] {
      switch bound {
      case nil, .null, .text: break
      case .integer(let number):
        guard isIncluded || number < .max else { return nil }
        least = max(least, isIncluded ? number : number + 1)
      case .real(let number):
        guard number < 0x1p63 else { return nil }
        let whole = isIncluded ? number.rounded(.up) : number.rounded(.down) + 1
        least = max(least, Int64(exactly: whole) ?? least)
      // Bytes are greater than any number.
      case .blob: return nil
      }
    }
    for (bound, isIncluded) in [(bounds.atMost, true), (bounds.below, false)] {
      switch bound {
      case nil, .null, .text, .blob: break
      case .integer(let number):
        guard isIncluded || number > .min else { return nil }
        greatest = min(greatest, isIncluded ? number : number - 1)
      case .real(let number):
        guard number >= -0x1p63 else { return nil }
        let whole = isIncluded ? number.rounded(.down) : number.rounded(.up) - 1
        greatest = min(greatest, Int64(exactly: whole) ?? greatest)
      }
    }
    return least <= greatest ? least...greatest : nil
  }

  /// The whole number that equals a value, if one does.
  static func equal(to value: SQLiteValue) -> Int64? {
    switch value {
    case .integer(let number): number
    case .real(let number): Int64(exactly: number)
    case .text, .null, .blob: nil
    }
  }
}
