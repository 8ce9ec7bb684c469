internal import CKernels

/// A convolution of NHWC batches: `forward`, `dataGradient` and `weightGradient`.
///
/// A sample's result does not depend on the rest of the batch, nor on the threads. Weights are
/// packed as one matrix a group, [kernel.height · kernel.width · inputs] × [outputs], and arranged
/// from there for the algorithm that computes them.
struct Convolution: Sendable {
  /// How products are summed.
  enum Algorithm: Sendable, Equatable {
    /// Plain loops, for one channel a group.
    case depthwise
    /// Winograd's, with patches of these sides.
    case winograd(step: Int)
    /// Gathered windows times a matrix.
    case products
  }

  /// Shape of one input sample.
  let input: Shape
  /// Shape of one output sample.
  let output: Shape
  /// The window that slides over the input.
  let window: Window
  /// Groups that do not see each other's channels.
  let groups: Int
  /// What `forward` computes by.
  private(set) var algorithm: Algorithm
  /// What the gradients are computed by.
  private(set) var gradientAlgorithm: Algorithm

  /// A convolution with these sides, which the graph has checked.
  ///
  /// Without `numerics` every sum is one of plain products, for those who need small sums to be
  /// relatively accurate.
  init(
    input: Shape, output: Shape, kernel: Extent, stride: Extent, padding: Extent, groups: Int,
    numerics: Numerics? = nil
  ) {
    self.input = input
    self.output = output
    self.groups = groups
    window = Window(
      source: input, output: Extent(height: output.height, width: output.width), kernel: kernel,
      stride: stride, padding: padding)
    (algorithm, gradientAlgorithm) = (.products, .products)
    choose(numerics)
  }

  /// The same convolution, computed otherwise.
  func with(_ numerics: Numerics?) -> Convolution {
    var other = self
    other.choose(numerics)
    return other
  }

  private mutating func choose(_ numerics: Numerics?) {
    let isDepthwise = groups > 1 && groups == input.channels && groups == output.channels
    let plain = isDepthwise ? Algorithm.depthwise : .products
    let steps = isDepthwise ? nil : numerics.map { Winograd.steps(for: self, $0) }
    algorithm = steps?.forward.map { .winograd(step: $0) } ?? plain
    // Plain sums leave gradients exactly zero where no sample moves a weight, and optimisers that
    // divide by the gradient's size make whole steps of anything else.
    gradientAlgorithm =
      numerics == .strict ? plain : steps?.gradients.map { .winograd(step: $0) } ?? plain
  }

  /// Input channels of one group.
  var groupInputs: Int { input.channels / groups }
  /// Output channels of one group.
  var groupOutputs: Int { output.channels / groups }
  /// Rows of one group's packed weights.
  var weightRows: Int { window.kernel.area * groupInputs }
  /// Numbers in the packed weights.
  var weightCount: Int { weightRows * output.channels }

  /// Whether `forward` can pool its outputs while they are in cache.
  var canPool: Bool { if case .winograd = algorithm { true } else { false } }

  /// Numbers in the weights arranged for `forward`.
  var arrangedCount: Int {
    switch algorithm {
    case .depthwise: weightCount
    case .winograd(let step): Winograd(self, step: step).weightCount
    case .products: groups * lethe_packed_count(weightRows, groupOutputs)
    }
  }

  /// Arranges packed weights for `forward`.
  func arrange(
    _ packed: UnsafePointer<Float>, into arranged: UnsafeMutablePointer<Float>, workers: Workers
  ) {
    switch algorithm {
    case .depthwise: arranged.update(from: packed, count: weightCount)
    case .winograd(let step):
      Winograd(self, step: step).transform(packed, into: arranged, workers: workers)
    case .products:
      let size = lethe_packed_count(weightRows, groupOutputs)
      workers.forEach(groups) { group in
        lethe_pack(
          packed + group * weightRows * groupOutputs, groupOutputs, weightRows, groupOutputs,
          arranged + group * size)
      }
    }
  }

  /// y = finish(W ⋆ x + b).
  ///
  /// - Parameters:
  ///   - x: [samples, input].
  ///   - weights: From `arrange`.
  ///   - bias: One number an output channel, nil for none.
  ///   - finish: What becomes of the outputs.
  ///   - y: [samples, output], overwritten; nil if the outputs are only pooled.
  ///   - pooled: Gets the largest of every 2×2 outputs, with the bits that `Pooling` gives, as
  ///     [samples, output] with half the height and width; only where `canPool`, nil for none.
  ///   - samples: Samples in the batch.
  ///   - workers: Threads to use.
  func forward(
    _ x: UnsafePointer<Float>, weights: UnsafePointer<Float>, bias: UnsafePointer<Float>?,
    finish: Finish = .plain, into y: UnsafeMutablePointer<Float>?,
    pooled: UnsafeMutablePointer<Float>? = nil, samples: Int, workers: Workers
  ) {
    if case .winograd(let step) = algorithm {
      return Winograd(self, step: step).run(
        x, weights: weights, bias: bias, finish: finish, into: y, pooled: pooled, samples: samples,
        workers: workers)
    }
    guard let y, pooled == nil else {
      preconditionFailure("only Winograd's algorithm has whole windows in cache")
    }
    switch algorithm {
    case .winograd: break
    case .depthwise:
      depthwiseForward(
        x, weights: weights, bias: bias, finish: finish, into: y, samples: samples,
        workers: workers)
    case .products:
      let tiling = Tiling(window: window, groupInputs: groupInputs)
      tiling.slide(
        over: x, inputs: groupInputs, outputs: groupOutputs, groups: groups, weights: weights,
        into: y, samples: samples, workers: workers
      ) { rows, count in
        finish.apply(y, rows - y, rows: count, channels: output.channels, bias: bias)
      }
    }
  }

  /// Packs weights of layout [outputs, inputs / groups, height, width].
  func pack(_ weight: [Float], into packed: UnsafeMutablePointer<Float>) {
    forEachWeight { canonical, index in packed[index] = weight[canonical] }
  }

  /// The inverse of `pack`.
  func unpack(_ packed: UnsafePointer<Float>) -> [Float] {
    var weight = [Float](repeating: 0, count: weightCount)
    forEachWeight { canonical, index in weight[canonical] = packed[index] }
    return weight
  }

  private func forEachWeight(_ body: (_ canonical: Int, _ packed: Int) -> Void) {
    let taps = window.kernel.area
    if algorithm == .depthwise {
      for channel in 0..<groups {
        for tap in 0..<taps { body(channel * taps + tap, tap * groups + channel) }
      }
      return
    }
    for output in 0..<output.channels {
      let (group, column) = output.quotientAndRemainder(dividingBy: groupOutputs)
      for input in 0..<groupInputs {
        for tap in 0..<taps {
          let row = group * weightRows + tap * groupInputs + input
          body((output * groupInputs + input) * taps + tap, row * groupOutputs + column)
        }
      }
    }
  }
}
