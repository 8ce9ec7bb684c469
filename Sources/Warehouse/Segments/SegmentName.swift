/// Where a segment lies in the warehouse; the sweep removes nothing whose name it cannot read so.
public struct SegmentName: Sendable, Equatable, Hashable {
  /// The path relative to the warehouse.
  public let path: String

  /// The segment of some layers' arrays: `arrays/<dataset>/<model>-<key, 12 digits>-<first>.h5`.
  ///
  /// - Parameters:
  ///   - dataset: The data set's name.
  ///   - model: The name of the model that ran; arrays of a shared prefix lie under the first one.
  ///   - key: The prefix of the last layer in it, 64 hexadecimal digits.
  ///   - first: The position of its first sample.
  ///   - part: What sets apart several segments of the same samples, for example `bits`.
  /// - Returns: The name.
  public static func arrays(
    dataset: String, model: String, key: String, first: Int, part: String? = nil
  ) -> SegmentName {
    let end = part.map { ".\($0)" } ?? ""
    return SegmentName(
      path: "\(Layout.arrays)/\(dataset)/\(model)-\(key.prefix(12))-\(padded(first))\(end).h5")
  }

  /// The segment of some inputs and their masks: `inputs/<key, 12 digits>/<dataset>-<first>.h5`.
  public static func inputs(dataset: String, key: String, first: Int) -> SegmentName {
    SegmentName(path: "\(Layout.inputs)/\(key.prefix(12))/\(dataset)-\(padded(first)).h5")
  }

  init(path: String) { self.path = path }

  /// The name of a file in the warehouse, if it is one that this type makes.
  ///
  /// - Parameter path: Relative to the warehouse; `.partial` at its end is ignored.
  init?(recognising path: String) {
    var path = path
    if path.hasSuffix(Layout.partialSuffix) { path.removeLast(Layout.partialSuffix.count) }
    let parts = path.split(separator: "/", omittingEmptySubsequences: false)
    guard parts.count == 3 else { return nil }
    let isOurs =
      switch String(parts[0]) {
      case Layout.arrays:
        parts[1].wholeMatch(of: #/[A-Za-z0-9][A-Za-z0-9._+\-]*/#) != nil
          && parts[2].wholeMatch(of: #/.+-[0-9a-f]{12}-[0-9]{8,}(\.[a-z]+)?(\.c[0-9]+)?\.h5/#)
            != nil
      case Layout.inputs:
        parts[1].wholeMatch(of: #/[0-9a-f]{12}/#) != nil
          && parts[2].wholeMatch(of: #/.+-[0-9]{8,}\.h5/#) != nil
      default: false
      }
    guard isOurs else { return nil }
    self.path = path
  }

  /// The name of the file that takes this one's place when the segment is written anew:
  /// `….c1.h5`, then `….c2.h5`.
  var rewritten: SegmentName {
    var stem = path.dropLast(".h5".count)
    var number = 1
    if let match = stem.firstMatch(of: #/\.c([0-9]+)$/#), let last = Int(match.1), last < Int.max {
      number = last + 1
      stem = stem[..<match.range.lowerBound]
    }
    return SegmentName(path: "\(stem).c\(number).h5")
  }

  private static func padded(_ number: Int) -> String {
    let digits = String(number)
    return String(repeating: "0", count: max(0, 8 - digits.count)) + digits
  }
}
