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

  /// The layer, with the algorithm that computes it.
  let layer: AffineLayer
  /// As `forward` of the layer takes them.
  let forward: FloatBuffer
  /// As `dataGradient` of a convolution takes them, or as `scatter` does; nil where the way back
  /// is never gone, and for a dense layer.
  let back: FloatBuffer?

  /// Arranges weights of PyTorch's layout.
  ///
  /// - Parameters:
  ///   - values: The weights.
  ///   - layer: The layer that they belong to.
  ///   - use: What they are for.
  init(_ values: [Float], for layer: AffineLayer, _ use: Use = Use()) {
    guard case .convolution(let plain) = layer else {
      (self.layer, forward, back) = (layer, FloatBuffer(values), nil)
      return
    }
    let convolution = plain.with(use.isFast ? .fast : nil)
    self.layer = .convolution(convolution)
    let workers = Workers(count: use.threads)
    let packed = FloatBuffer(count: convolution.weightCount)
    convolution.pack(values, into: packed.start)
    forward = FloatBuffer(count: convolution.arrangedCount)
    convolution.arrange(packed.start, into: forward.start, workers: workers)
    if use.isForwardOnly {
      back = nil
    } else if convolution.isScattered {
      back = packed
    } else {
      let arranged = FloatBuffer(count: convolution.arrangedBackCount)
      convolution.arrangeBack(packed.start, into: arranged.start, workers: workers)
      back = arranged
    }
  }

  /// y = finish(W·x + b), [samples, output].
  func forward(
    _ x: FloatBuffer, bias: FloatBuffer?, finish: Finish = .plain, samples: Int, workers: Workers
  ) -> FloatBuffer {
    let y = FloatBuffer(count: samples * layer.outputCount)
    switch layer {
    case .convolution(let convolution):
      convolution.forward(
        x.start, weights: forward.start, bias: bias?.start, finish: finish, into: y.start,
        samples: samples, workers: workers)
    case .dense(let dense):
      dense.forward(
        x.start, weights: forward.start, bias: bias?.start, finish: finish, into: y.start,
        samples: samples, workers: workers)
    }
    return y
  }

  /// x = finish(Wᵀ·c), [samples, input].
  func transposed(
    _ c: FloatBuffer, finish: Finish = .plain, samples: Int, workers: Workers
  ) -> FloatBuffer {
    let x = FloatBuffer(count: samples * layer.inputCount)
    switch layer {
    case .convolution(let convolution):
      guard let back else { preconditionFailure("weights for the way forward alone") }
      if convolution.isScattered {
        convolution.scatter(
          c.start, weights: back.start, finish: finish, into: x.start, samples: samples,
          workers: workers)
      } else {
        convolution.dataGradient(
          c.start, weights: back.start, finish: finish, into: x.start, samples: samples,
          workers: workers)
      }
    case .dense(let dense):
      dense.dataGradient(
        c.start, weights: forward.start, finish: finish, into: x.start, samples: samples,
        workers: workers)
    }
    return x
  }
}
