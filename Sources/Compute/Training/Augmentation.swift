/// Random changes of training pictures that keep their label.
///
/// What a sample undergoes is a function of seed, epoch and the sample's index in its set.
public struct Augmentation: Codable, Sendable, Hashable {
  /// What fills the pixels that a shift uncovers.
  public enum Fill: String, Codable, Sendable {
    /// The nearest pixel of the picture.
    case edge
    /// Zero, the mean colour of a normalised picture.
    case zero
  }

  /// Whether half of the pictures are mirrored left to right.
  public var flips: Bool
  /// The largest shift in each direction, in pixels.
  public var shift: Int
  /// What fills the pixels that a shift uncovers.
  public var fill: Fill
  /// The largest number added to all channels of a picture, in units of the input.
  public var brightness: Double

  /// An augmentation; nothing is changed unless asked for.
  public init(flips: Bool = false, shift: Int = 0, fill: Fill = .edge, brightness: Double = 0) {
    self.flips = flips
    self.shift = shift
    self.fill = fill
    self.brightness = brightness
  }

  /// Changes a batch in place; `indices` are the samples' indices in their set.
  public func apply(to batch: inout Activation, indices: [Int], seed: UInt64, epoch: Int) {
    precondition(indices.count == batch.samples, "every sample needs its index")
    let shape = batch.shape
    var before = [Float](repeating: 0, count: shape.count)
    batch.values.withUnsafeMutableBufferPointer { values in
      guard let base = values.baseAddress else { return }
      for (row, index) in indices.enumerated() {
        let change = draw(
          RandomStream(
            seed: seed, RandomStream.key("augmentation"), UInt64(epoch),
            UInt64(truncatingIfNeeded: index)))
        before.withUnsafeMutableBufferPointer { copy in
          guard let source = copy.baseAddress else { return }
          source.update(from: base + row * shape.count, count: shape.count)
          move(source, shape, change, into: base + row * shape.count)
        }
      }
    }
  }

  private struct Change {
    let isMirrored: Bool
    let down: Int
    let right: Int
    let brightness: Float
  }

  private func draw(_ stream: consuming RandomStream) -> Change {
    let isMirrored = stream.chance(0.5) && flips
    let down = stream.below(2 * shift + 1) - shift
    let right = stream.below(2 * shift + 1) - shift
    return Change(
      isMirrored: isMirrored, down: down, right: right,
      brightness: Float(stream.uniform(-brightness, brightness)))
  }

  private func move(
    _ source: UnsafePointer<Float>, _ shape: Shape, _ change: Change,
    into target: UnsafeMutablePointer<Float>
  ) {
    for y in 0..<shape.height {
      for x in 0..<shape.width {
        let pixel = target + (y * shape.width + x) * shape.channels
        let (fromY, shiftedX) = (y - change.down, x - change.right)
        let fromX = change.isMirrored ? shape.width - 1 - shiftedX : shiftedX
        let isInside =
          (0..<shape.height).contains(fromY) && (0..<shape.width).contains(fromX)
        if isInside || fill == .edge {
          let row = min(max(fromY, 0), shape.height - 1)
          let column = min(max(fromX, 0), shape.width - 1)
          let from = source + (row * shape.width + column) * shape.channels
          for c in 0..<shape.channels { pixel[c] = from[c] + change.brightness }
        } else {
          pixel.update(repeating: 0, count: shape.channels)
        }
      }
    }
  }
}
