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
  /// Winograd's algorithm for both directions.
  let fast: (forward: WinogradConvolution, backward: WinogradConvolution?)?

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
    if use.isFast, WinogradConvolution.suits(convolution) {
      (forward, mirrored) = (FloatBuffer(count: 0), nil)
      fast = (
        WinogradConvolution(convolution, weight: values, workers: workers),
        use.isForwardOnly
          ? nil : WinogradConvolution(backwardOf: convolution, weight: values, workers: workers)
      )
      return
    }
    fast = nil
    forward = FloatBuffer(count: convolution.weightCount)
    convolution.pack(values, into: forward.start)
    if use.isForwardOnly || convolution.isScattered {
      mirrored = nil
    } else {
      let buffer = FloatBuffer(count: convolution.weightCount)
      convolution.packForDataGradient(forward.start, into: buffer.start, workers: workers)
      mirrored = buffer
    }
  }
}
