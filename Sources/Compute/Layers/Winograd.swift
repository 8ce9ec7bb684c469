internal import CKernels

/// A 3×3 convolution of stride 1 by Winograd's F(2×2, 3×3), F(4×4, 3×3) or F(6×6, 3×3) (Lavin & Gray
/// 2016).
///
/// They multiply 16 times instead of 36, 36 times instead of 144, and 64 times instead of 324. The
/// error of the larger ones is relative to the largest numbers nearby (about 4e-6 in relative L2
/// through VGG16). A number depends on its own patch alone: not on the batch, nor on the number of
/// threads.
struct Winograd: Sendable {
  fileprivate(set) var shape: lethe_winograd
  // Whether the weights are so large that threads should share one reading of them.
  private var isShared: Bool

  /// The convolution of these sides.
  ///
  /// - Parameters:
  ///   - source: The shape of an input sample; channels a multiple of 8.
  ///   - output: The shape of an output sample; channels a multiple of 8.
  ///   - padding: Pixels of zeros around the input.
  ///   - step: Sides of the patches of outputs: 2, 4 or 6.
  init(source: Shape, output: Shape, padding: Extent, step: Int) {
    let across = (output.width + step - 1) / step
    let patches = across * ((output.height + step - 1) / step)
    let points = (step + 2) * (step + 2)
    let weightBytes = points * 4 * source.channels * output.channels
    isShared = weightBytes > 5 << 20
    // Weights that are shared are read once a block, whose numbers at one point should stay in
    // cache beside them; others stay in cache themselves, and so should a block.
    let fitting = (3 << 19) / (points * 4 * (source.channels + output.channels)) / 6 * 6
    let shared = source.channels * output.channels > 1 << 16 ? Winograd.sharedBlock : 96
    shape = lethe_winograd(
      height: source.height, width: source.width, inputs: source.channels,
      output_height: output.height, output_width: output.width, outputs: output.channels,
      padding_y: padding.height, padding_x: padding.width, across: across, patches: patches,
      block: isShared ? shared : max(24, min(120, fitting)), step: Int32(step))
  }

  // Patches whose points all threads work on together.
  private static let sharedBlock = 192

  /// The steps that multiply least, nil where plain products do or the algorithm does not apply.
  ///
  /// F(6×6) is taken of large maps alone, where it saves a seventh and more of F(4×4)'s products: its
  /// transforms take longer, its weights take 16 ninths of the memory, and it rounds more. Gradients
  /// know no F(6×6).
  static func steps(
    for convolution: Convolution, _ numerics: Numerics
  ) -> (forward: Int?, gradients: Int?) {
    let window = convolution.window
    guard window.kernel == Extent(3), window.stride == Extent(1), convolution.groups == 1,
      window.padding.height <= 2, window.padding.width <= 2,
      convolution.input.channels % 8 == 0, convolution.output.channels % 8 == 0,
      convolution.input.channels >= 16
    else { return (nil, nil) }
    let output = convolution.output
    let products = { (step: Int) in
      let down = (output.height + step - 1) / step, across = (output.width + step - 1) / step
      return down * across * (step + 2) * (step + 2)
    }
    var best = (step: Int?.none, products: 9 * output.pixels)
    for step in numerics == .fast ? [2, 4] : [2] where products(step) < best.products {
      best = (step, products(step))
    }
    let goesFurther = best.step == 4 && output.pixels >= 1 << 12
    return (goesFurther && 7 * products(6) <= 6 * best.products ? 6 : best.step, best.step)
  }

  /// The forward direction of a convolution.
  init(_ convolution: Convolution, step: Int) {
    self.init(
      source: convolution.input, output: convolution.output, padding: convolution.window.padding,
      step: step)
  }

  /// The way back: inputs and outputs exchanged.
  init(backwardOf convolution: Convolution, step: Int) {
    let padding = convolution.window.padding
    self.init(
      source: convolution.output, output: convolution.input,
      padding: Extent(height: 2 - padding.height, width: 2 - padding.width), step: step)
  }

  /// Numbers in the transformed weights.
  var weightCount: Int { points * withShape(lethe_winograd_weight_plane) }

  private var points: Int { withShape(lethe_winograd_points) }

  private func withShape<Value>(_ body: (UnsafePointer<lethe_winograd>) -> Value) -> Value {
    withUnsafePointer(to: shape, body)
  }

  /// Transforms weights that are packed as `Convolution` packs them (for the way back, as
  /// `mirror` does) into `weightCount` numbers.
  func transform(
    _ packed: UnsafePointer<Float>, into weights: UnsafeMutablePointer<Float>, workers: Workers
  ) {
    workers.forEach(shape.inputs) { input in
      withShape {
        lethe_winograd_weights(
          $0, packed + input * shape.outputs, shape.inputs * shape.outputs, input, weights)
      }
    }
  }

  /// y = finish(W ⋆ x + b).
  ///
  /// - Parameters:
  ///   - x: [samples, source].
  ///   - weights: From `transform`.
  ///   - bias: One number an output channel, nil for none.
  ///   - finish: What becomes of the outputs.
  ///   - y: [samples, output], overwritten; nil if the outputs are only pooled.
  ///   - pooled: Gets the largest of every 2×2 outputs, [samples, output] with half the height and
  ///     width; nil for none.
  ///   - samples: Samples in the batch.
  ///   - workers: Threads to use.
  func run(
    _ x: UnsafePointer<Float>, weights: UnsafePointer<Float>, bias: UnsafePointer<Float>?,
    finish: Finish, into y: UnsafeMutablePointer<Float>?,
    pooled: UnsafeMutablePointer<Float>? = nil, samples: Int, workers: Workers
  ) {
    if let sharing = sharing(samples: samples, threads: workers.count) {
      return sharing.run(
        x, weights: weights, bias: bias, finish: finish, into: y, pooled: pooled, samples: samples,
        workers: workers)
    }
    let points = points
    let sizes = (
      inputs: points * withShape(lethe_winograd_input_plane),
      products: points * withShape(lethe_winograd_product_plane)
    )
    let pieces = pieces(of: samples * shape.patches, threads: workers.count)
    var finish = finish.c(bias: bias, pooled: pooled)
    guard isShared else {
      workers.forEach(pieces.count, workspace: sizes.inputs + sizes.products) { piece, scratch in
        let pass = WinogradBlock(
          self, pieces.range(piece), inputs: scratch, products: scratch + sizes.inputs)
        for patch in 0..<pass.count { pass.gather(patch, x) }
        for point in 0..<points { pass.multiply(point, weights) }
        withUnsafePointer(to: finish) { finish in
          for patch in 0..<pass.count { pass.scatter(patch, finish, into: y) }
        }
      }
      return
    }
    let (inputs, products) = (FloatBuffer(count: sizes.inputs), FloatBuffer(count: sizes.products))
    for piece in 0..<pieces.count {
      let pass = WinogradBlock(
        self, pieces.range(piece), inputs: inputs.start, products: products.start)
      workers.forEach(pass.count) { pass.gather($0, x) }
      workers.forEach(points) { pass.multiply($0, weights) }
      withUnsafePointer(to: &finish) { finish in
        workers.forEach(pass.count) { pass.scatter($0, finish, into: y) }
      }
    }
    withExtendedLifetime((inputs, products)) {}
  }

  /// The gradient of the weights, summed over the batch.
  ///
  /// - Parameters:
  ///   - x: [samples, source].
  ///   - dy: Gradient of the output, [samples, output].
  ///   - dWeights: Packed as `Convolution` packs weights, overwritten.
  ///   - samples: Samples in the batch.
  ///   - sums: Scratch memory of `gradientSumCount(samples:)` numbers.
  ///   - workers: Threads to use.
  func weightGradient(
    _ x: UnsafePointer<Float>, _ dy: UnsafePointer<Float>,
    dWeights: UnsafeMutablePointer<Float>, samples: Int, sums: UnsafeMutablePointer<Float>,
    workers: Workers
  ) {
    let runs = gradientRuns(samples: samples)
    if runs > 1 {
      addGradients(x, dy, samples: samples, runs: runs, sums: sums, workers: workers)
    } else {
      addSharedGradients(x, dy, samples: samples, sums: sums, workers: workers)
    }
    workers.forEach(shape.inputs) { input in
      withShape {
        lethe_winograd_weight_gradient(
          $0, sums, input, dWeights + input * shape.outputs, shape.inputs * shape.outputs)
      }
    }
  }

  /// Sums that `weightGradient` forms apart, so that every thread has some of its own; one where the
  /// weights are so many that adding sums would take longer than sharing them.
  private func gradientRuns(samples: Int) -> Int {
    weightCount > 1 << 17 ? 1 : max(1, min(8, samples * shape.patches / 6))
  }

  /// Numbers of scratch memory that `weightGradient` needs.
  func gradientSumCount(samples: Int) -> Int { gradientRuns(samples: samples) * weightCount }

  // Every run of patches by itself, so that threads need not wait for each other; then the sums
  // of all runs, in their order.
  private func addGradients(
    _ x: UnsafePointer<Float>, _ dy: UnsafePointer<Float>, samples: Int, runs: Int,
    sums: UnsafeMutablePointer<Float>, workers: Workers
  ) {
    var narrow = self
    // What a block needs should stay in the second-level cache.
    let fitting = (3 << 17) / (points * 4 * (shape.inputs + shape.outputs + 16)) / 6 * 6
    narrow.shape.block = max(24, min(96, fitting))
    let all = Pieces(patches: samples * shape.patches, count: runs)
    let points = points
    let inputs = points * narrow.withShape(lethe_winograd_input_plane)
    let gradients = points * narrow.withShape(lethe_winograd_product_plane)
    workers.forEach(runs, workspace: inputs + gradients) { run, scratch in
      let range = all.range(run)
      let own = sums + run * weightCount
      for first in stride(from: range.lowerBound, to: range.upperBound, by: narrow.shape.block) {
        let pass = WinogradBlock(
          narrow, first..<min(range.upperBound, first + narrow.shape.block), inputs: scratch,
          products: scratch + inputs)
        for patch in 0..<pass.count {
          pass.gather(patch, x)
          pass.gatherGradient(patch, dy)
        }
        for point in 0..<points {
          pass.multiplyGradient(point, own, adds: first > range.lowerBound)
        }
      }
    }
    workers.forEachRange(of: weightCount, size: 1 << 12) { range in
      for run in 1..<runs { Elementwise.add(sums + run * weightCount, to: sums, range) }
    }
  }

  // Blocks one after the other, whose points the threads share out: for sums of many numbers.
  private func addSharedGradients(
    _ x: UnsafePointer<Float>, _ dy: UnsafePointer<Float>, samples: Int,
    sums: UnsafeMutablePointer<Float>, workers: Workers
  ) {
    var wide = self
    wide.shape.block = Winograd.sharedBlock
    wide.isShared = true
    let points = points
    let inputs = FloatBuffer(count: points * wide.withShape(lethe_winograd_input_plane))
    let gradients = FloatBuffer(count: points * wide.withShape(lethe_winograd_product_plane))
    let pieces = wide.pieces(of: samples * shape.patches, threads: workers.count)
    for piece in 0..<pieces.count {
      let pass = WinogradBlock(
        wide, pieces.range(piece), inputs: inputs.start, products: gradients.start)
      workers.forEach(pass.count) { patch in
        pass.gather(patch, x)
        pass.gatherGradient(patch, dy)
      }
      workers.forEach(points) { pass.multiplyGradient($0, sums, adds: piece > 0) }
    }
    withExtendedLifetime((inputs, gradients)) {}
  }

  /// The same with weights that threads share, where the patches of the batch are so few and the
  /// weights so large that to read them takes longest.
  private func sharing(samples: Int, threads: Int) -> Winograd? {
    let patches = samples * shape.patches
    guard !isShared, threads > 1, patches <= Winograd.sharedBlock, weightCount > 1 << 18 else {
      return nil
    }
    var other = self
    other.isShared = true
    other.shape.block = (patches + 5) / 6 * 6
    return other
  }

  /// Blocks of about the same size; what a patch becomes does not depend on them.
  private func pieces(of patches: Int, threads: Int) -> Pieces {
    let blocks = (patches + shape.block - 1) / shape.block
    // The same number for every thread, unless they are so many that it does not matter.
    let even = min((blocks + threads - 1) / threads * threads, (patches + 5) / 6)
    return Pieces(patches: patches, count: isShared || blocks > 8 * threads ? blocks : even)
  }
}

/// How patches are cut into consecutive pieces, of sixes as the products take them at once.
private struct Pieces {
  let patches: Int
  let count: Int

  func range(_ piece: Int) -> Range<Int> {
    let sixes = (patches + 5) / 6
    let bound = { (piece: Int) in min(patches, piece * sixes / count * 6) }
    return bound(piece)..<bound(piece + 1)
  }
}
