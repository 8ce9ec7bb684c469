/// The weights of a layer, or some function of them, arranged for both directions.
final class AffineWeights {
  /// Which directions are gone, and how.
  struct Use {
    /// Whether the way back is never gone.
    var isForwardOnly = false
    /// Whether sums need no relative accuracy where they are small, so that Winograd's algorithm
    /// may stand in for plain products where it is faster.
    var isFast = false
    /// Threads that arrange the weights.
    var threads = 1
  }

  /// As `forward` of the layer takes them; empty where `fast` stands in.
  let forward: FloatBuffer
  /// As `Convolution.dataGradient` takes them; nil where the way back needs none.
  let mirrored: FloatBuffer?
  /// Transformed for `Winograd`, in both directions.
  let fast: (forward: FloatBuffer, backward: FloatBuffer?)?

  /// Arranges weights of PyTorch's layout.
  ///
  /// - Parameters:
  ///   - values: The weights.
  ///   - layer: The layer that they belong to.
  ///   - use: What they are for.
  init(_ values: [Float], for layer: AffineLayer, _ use: Use = Use()) {
    guard case .convolution(let convolution) = layer else {
      (forward, mirrored, fast) = (FloatBuffer(values), nil, nil)
      return
    }
    let workers = Workers(count: use.threads)
    let packed = FloatBuffer(count: convolution.weightCount)
    convolution.pack(values, into: packed.start)
    func mirroredWeights() -> FloatBuffer {
      let buffer = FloatBuffer(count: convolution.weightCount)
      convolution.packForDataGradient(packed.start, into: buffer.start, workers: workers)
      return buffer
    }
    if use.isFast, Winograd.suits(convolution) {
      (forward, mirrored) = (FloatBuffer(count: 0), nil)
      fast = (
        Winograd(convolution).transformed(packed, workers: workers),
        use.isForwardOnly
          ? nil
          : Winograd(backwardOf: convolution).transformed(mirroredWeights(), workers: workers)
      )
      return
    }
    fast = nil
    forward = packed
    mirrored = use.isForwardOnly || convolution.isScattered ? nil : mirroredWeights()
  }
}
