import Compute
import Warehouse

/// Changes of a network whose effect is known.
enum Weights {
  /// Makes channels of a convolution silent: what comes out of them is 0 everywhere.
  static func silence(
    _ channels: [Int], of layer: String, in weights: inout [String: StoredTensor]
  ) {
    // With a norm the channel is its scale and shift alone, else its filter and bias.
    let isNormed = weights["\(layer).norm.weight"] != nil
    let names =
      isNormed
      ? ["\(layer).norm.weight", "\(layer).norm.bias"] : ["\(layer).weight", "\(layer).bias"]
    for name in names {
      guard var tensor = weights[name], let outputs = tensor.shape.first, outputs > 0 else {
        continue
      }
      let size = tensor.values.count / outputs
      for channel in channels where channel >= 0 && channel < outputs {
        for place in channel * size..<(channel + 1) * size { tensor.values[place] = 0 }
      }
      weights[name] = tensor
    }
  }

  /// Puts the channels of every convolution into another order, and the weights that read them
  /// too: all weights move, and the network computes what it did.
  ///
  /// - Parameters:
  ///   - convolutions: The names of the convolutions, each reading the one before it.
  ///   - dense: The first dense layer, which reads the last of them.
  ///   - seed: Of the orders.
  ///   - weights: The weights.
  static func permute(
    _ convolutions: [String], dense: String, seed: UInt64, in weights: inout [String: StoredTensor]
  ) {
    var inputs: [Int]?
    for (place, layer) in convolutions.enumerated() {
      guard let outputs = weights["\(layer).weight"]?.shape.first else { continue }
      var stream = RandomStream(
        seed: seed, RandomStream.key("channel order"), UInt64(place))
      let order = stream.permutation(outputs)
      if let inputs { reorder("\(layer).weight", axis: 1, inputs, in: &weights) }
      let names = [
        "weight", "bias", "norm.weight", "norm.bias", "norm.running_mean", "norm.running_var",
      ]
      for name in names { reorder("\(layer).\(name)", axis: 0, order, in: &weights) }
      inputs = order
    }
    // Dense layers read maps channel by channel.
    if let inputs { reorder("\(dense).weight", axis: 1, inputs, in: &weights) }
  }

  /// Places along an axis come from `order`; an axis that is longer moves in blocks.
  private static func reorder(
    _ name: String, axis: Int, _ order: [Int], in weights: inout [String: StoredTensor]
  ) {
    guard var tensor = weights[name], axis < tensor.shape.count, !order.isEmpty else { return }
    let outer = tensor.shape.prefix(axis).reduce(1, *)
    let block = tensor.values.count / outer / order.count
    let old = tensor.values
    for row in 0..<outer {
      for (place, source) in order.enumerated() {
        let (target, start) = (
          (row * order.count + place) * block, (row * order.count + source) * block
        )
        for offset in 0..<block { tensor.values[target + offset] = old[start + offset] }
      }
    }
    weights[name] = tensor
  }
}
