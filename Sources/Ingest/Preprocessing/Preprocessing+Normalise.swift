import Compute

extension Preprocessing {
  /// The input tensor of stored inputs, `[samples, size, size, 3]` bytes.
  func normalise(_ rows: [UInt8], samples: Int) -> Activation {
    normalisation.activation(rows, samples: samples, side: geometry.size)
  }
}
