import Compute

/// A value of the graph that depends on the input: a step of the draft, and how the file has it.
struct ONNXFeature {
  /// What an axis of the file's tensor runs over.
  enum Axis {
    case batch, channel, height, width
    /// Height and width in one, rows one after the other.
    case pixels
  }

  /// The step of the draft.
  var step: Int
  /// The shape of one sample in Lethe's terms.
  var shape: Shape
  /// What the axes of the file's tensor are, the batch first.
  var axes: [Axis]
  /// For a vector that the file flattened from a channels-last map: the shape of that map.
  ///
  /// Lethe has the same numbers in channels-first order.
  var channelsLast: Shape?
  /// The closing function that the value stands before; the network's output only.
  var closing: String?

  /// Channels first, as ONNX has it.
  static let channelsFirst: [Axis] = [.batch, .channel, .height, .width]
  /// Channels last, as TensorFlow has it.
  static let channelsLast: [Axis] = [.batch, .height, .width, .channel]
  /// One vector a sample.
  static let vector: [Axis] = [.batch, .channel]

  /// The sides of the file's tensor.
  func dims(batch: Int) -> [Int] {
    axes.map { axis in
      switch axis {
      case .batch: batch
      case .channel: shape.channels
      case .height: shape.height
      case .width: shape.width
      case .pixels: shape.pixels
      }
    }
  }

  /// The same value after a step that keeps its shape.
  func after(_ step: Int) -> ONNXFeature {
    var next = self
    next.step = step
    return next
  }

  /// A new value in channels-first order.
  init(step: Int, shape: Shape, axes: [Axis] = ONNXFeature.channelsFirst) {
    self.step = step
    self.shape = shape
    self.axes = axes
  }

  /// For each number of a vector in Lethe's order, its place in the file's order; nil if they agree.
  var order: [Int]? {
    guard let map = channelsLast else { return nil }
    return (0..<map.channels).flatMap { channel in
      (0..<map.pixels).map { $0 * map.channels + channel }
    }
  }

  /// A constant as one number a channel of this value.
  ///
  /// - Parameter constant: What the file combines with the value, by numpy's rules of broadcasting.
  /// - Returns: A number a channel, nil if the constant varies along another axis.
  func channelwise(_ constant: ONNXConstant) -> [Float]? {
    var sides = constant.dims
    while sides.count > axes.count, sides.first == 1 { sides.removeFirst() }
    guard sides.count <= axes.count else { return nil }
    let leading = Array(repeating: 1, count: axes.count - sides.count)
    for (axis, side) in zip(axes, leading + sides) where side != 1 {
      guard axis == .channel, side == shape.channels else { return nil }
    }
    let floats = constant.floats
    if floats.count == 1 { return Array(repeating: floats[0], count: shape.channels) }
    guard floats.count == shape.channels else { return nil }
    return order.map { $0.map { floats[$0] } } ?? floats
  }

  /// The value with the file's tensor reshaped, if the numbers keep their meaning.
  ///
  /// - Parameters:
  ///   - dims: New sides, the batch first.
  ///   - batch: The batch that the file was made for.
  /// - Returns: The new axes, and whether the map becomes a vector; nil if it cannot be said.
  func reshaped(to dims: [Int], batch: Int) -> (axes: [Axis], isFlattened: Bool)? {
    guard dims.first == batch else { return nil }
    let sides = Array(dims.dropFirst())
    if sides == Array(self.dims(batch: batch).dropFirst()) { return (axes, false) }
    if sides == [shape.count] {
      if shape.pixels == 1 { return (ONNXFeature.vector, false) }
      let order = axes.filter { $0 != .batch }
      let isWhole =
        [[.channel, .height, .width], [.height, .width, .channel]].contains(order)
        || [[.channel, .pixels], [.pixels, .channel]].contains(order)
      return isWhole ? (ONNXFeature.vector, true) : nil
    }
    if shape.pixels == 1 {
      switch (sides.count, sides.firstIndex(of: shape.channels)) {
      case (2, 0) where sides[1] == 1: return ([.batch, .channel, .pixels], false)
      case (2, 1) where sides[0] == 1: return ([.batch, .pixels, .channel], false)
      case (3, 0) where sides[1...] == [1, 1]: return (ONNXFeature.channelsFirst, false)
      case (3, 2) where sides[..<2] == [1, 1]: return (ONNXFeature.channelsLast, false)
      default: return nil
      }
    }
    if axes == ONNXFeature.channelsFirst, sides == [shape.channels, shape.pixels] {
      return ([.batch, .channel, .pixels], false)
    }
    if axes == ONNXFeature.channelsLast, sides == [shape.pixels, shape.channels] {
      return ([.batch, .pixels, .channel], false)
    }
    return nil
  }

  /// Whether flattening the file's tensor gives channels-last order.
  var flattensChannelsLast: Bool { axes.last == .channel && shape.pixels > 1 }
}
