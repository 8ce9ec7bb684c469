/// The shape of one sample of an activation, without the batch.
public struct Shape: Codable, Sendable, Hashable {
  /// Channels, or features after a dense layer.
  public var channels: Int
  /// Height in pixels; 1 for a vector.
  public var height: Int
  /// Width in pixels; 1 for a vector.
  public var width: Int

  /// A shape; a vector unless height and width are given.
  public init(channels: Int, height: Int = 1, width: Int = 1) {
    self.channels = channels
    self.height = height
    self.width = width
  }

  /// Numbers in one sample.
  public var count: Int { channels * height * width }

  /// Pixels in one channel.
  public var pixels: Int { height * width }

  /// The largest count that a layer or a parameter may have; larger ones are refused as absurd.
  static let largestCount = 1 << 30

  /// Whether all sides are positive and their product does not pass `largestCount`.
  var isSensible: Bool {
    guard channels > 0, height > 0, width > 0 else { return false }
    let (area, areaOverflows) = height.multipliedReportingOverflow(by: width)
    let (total, totalOverflows) = area.multipliedReportingOverflow(by: channels)
    return !areaOverflows && !totalOverflows && total <= Shape.largestCount
  }
}

extension Shape: CustomStringConvertible {
  /// `channels×height×width`.
  public var description: String { "\(channels)×\(height)×\(width)" }
}

/// A height and a width: of a kernel, a stride or a padding, in pixels.
public struct Extent: Codable, Sendable, Hashable {
  /// Vertical.
  public var height: Int
  /// Horizontal.
  public var width: Int

  /// An extent from both sides.
  public init(height: Int, width: Int) {
    self.height = height
    self.width = width
  }

  /// The same in both directions.
  public init(_ side: Int) { self.init(height: side, width: side) }

  /// Pixels inside.
  var area: Int { height * width }
}
