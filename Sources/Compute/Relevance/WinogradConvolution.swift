/// A 3×3 convolution of stride 1 by Winograd's F(4×4, 3×3), with its weights transformed.
///
/// It multiplies a quarter as often as `Convolution`. Its error is relative to the largest numbers
/// nearby (about 4e-6 in relative L2 through VGG16), so it is for sums that need no relative
/// accuracy where they are small. Work is cut into blocks of patches at fixed positions of a chunk
/// of 8 samples, so that a sample's result does not depend on the rest of the batch.
final class WinogradConvolution {
  private typealias Transforms = WinogradTransforms
  private typealias Lane = WinogradTransforms.Lane

  private let source: Shape
  private let output: Shape
  private let padding: Extent
  // [36, inputs, outputs].
  private let weights: FloatBuffer
  // Patches across, in a sample, and in a block.
  private let across: Int
  private let patches: Int
  private let block: Int

  /// A convolution with transformed weights.
  ///
  /// - Parameters:
  ///   - source: The shape of an input sample.
  ///   - output: The shape of an output sample.
  ///   - padding: Pixels of zeros around the input.
  ///   - workers: Threads to use.
  ///   - kernel: A number of the kernel from an input to an output channel; taps row-major.
  init(
    source: Shape, output: Shape, padding: Extent, workers: Workers,
    kernel: (_ input: Int, _ output: Int, _ tap: Int) -> Float
  ) {
    (self.source, self.output, self.padding) = (source, output, padding)
    across = (output.width + Transforms.step - 1) / Transforms.step
    patches = across * ((output.height + Transforms.step - 1) / Transforms.step)
    let fitting = (1 << 22) / (36 * (source.channels + output.channels))
    block = min(Convolution.chunk * patches, max(64, min(512, fitting / 8 * 8)))
    let plane = source.channels * output.channels
    let weights = FloatBuffer(count: 36 * plane)
    self.weights = weights
    workers.forEach(source.channels) { input in
      withUnsafeTemporaryAllocation(of: Double.self, capacity: 45) { numbers in
        guard let taps = numbers.baseAddress else { return }
        let points = taps + 9
        for channel in 0..<output.channels {
          for tap in 0..<9 { taps[tap] = Double(kernel(input, channel, tap)) }
          Transforms.kernel(taps, into: points)
          let target = weights.start + input * output.channels + channel
          for point in 0..<36 { target[point * plane] = Float(points[point]) }
        }
      }
    }
  }

  /// Whether the algorithm applies to a convolution and is faster than plain products.
  static func suits(_ convolution: Convolution) -> Bool {
    let window = convolution.window
    let patches = ((convolution.output.height + 3) / 4) * ((convolution.output.width + 3) / 4)
    return window.kernel == Extent(3) && window.stride == Extent(1) && convolution.groups == 1
      && window.padding.height <= 2 && window.padding.width <= 2
      && convolution.input.channels % 8 == 0 && convolution.output.channels % 8 == 0
      && convolution.input.channels >= 16 && Convolution.chunk * patches >= 32
  }

  /// y = W ⋆ x.
  ///
  /// - Parameters:
  ///   - x: [samples, source].
  ///   - y: [samples, output], overwritten.
  ///   - samples: Samples in the batch.
  ///   - workers: Threads to use.
  ///   - finish: Gets every written run of pixels while it is in cache: its start and how many.
  func run(
    _ x: UnsafePointer<Float>, into y: UnsafeMutablePointer<Float>, samples: Int,
    workers: Workers, finish: (_ pixels: UnsafeMutablePointer<Float>, _ count: Int) -> Void
  ) {
    let (inputs, outputs) = (source.channels, output.channels)
    let transformed = FloatBuffer(count: 36 * block * inputs)
    let products = FloatBuffer(count: 36 * block * outputs)
    let nothing = FloatBuffer(Array(repeating: 0, count: inputs))
    let all = samples * patches
    let perChunk = Convolution.chunk * patches
    for chunk in stride(from: 0, to: all, by: perChunk) {
      for first in stride(from: chunk, to: min(all, chunk + perChunk), by: block) {
        let count = min(block, chunk + perChunk - first)
        workers.forEach(count, workspace: 36 * 8) { item, scratch in
          let target = transformed.start + item * inputs
          if first + item < all {
            gather(x, patch: first + item, nothing.start, scratch, into: target)
          } else {
            for point in 0..<36 {
              (target + point * block * inputs).update(repeating: 0, count: inputs)
            }
          }
        }
        workers.forEach(36) { point in
          BLAS.multiply(
            .plain(transformed.start + point * block * inputs, stride: inputs),
            .plain(weights.start + point * inputs * outputs, stride: outputs),
            into: products.start + point * block * outputs, stride: outputs, m: count,
            n: outputs, k: inputs)
        }
        workers.forEach(min(count, all - first), workspace: 36 * 8) { item, scratch in
          scatter(products.start + item * outputs, patch: first + item, scratch, into: y, finish)
        }
      }
    }
  }

  private func corner(_ patch: Int) -> (sample: Int, y: Int, x: Int) {
    let (sample, rest) = patch.quotientAndRemainder(dividingBy: patches)
    return (sample, rest / across * Transforms.step, rest % across * Transforms.step)
  }

  /// Transforms one input patch, eight channels at a time; `scratch` holds 36 × 8 numbers.
  private func gather(
    _ x: UnsafePointer<Float>, patch: Int, _ nothing: UnsafePointer<Float>,
    _ scratch: UnsafeMutablePointer<Float>, into target: UnsafeMutablePointer<Float>
  ) {
    let (inputs, plane) = (source.channels, block * source.channels)
    let (sample, top, left) = corner(patch)
    let image = x + sample * source.count
    let half = UnsafeMutableRawPointer(scratch)
    withUnsafeTemporaryAllocation(of: UnsafePointer<Float>.self, capacity: 36) { pixels in
      for i in 0..<6 {
        let row = top - padding.height + i
        for j in 0..<6 {
          let column = left - padding.width + j
          let isInside = row >= 0 && row < source.height && column >= 0 && column < source.width
          pixels[i * 6 + j] = isInside ? image + (row * source.width + column) * inputs : nothing
        }
      }
      for channel in stride(from: 0, to: inputs, by: 8) {
        for j in 0..<6 {
          Transforms.input(
            lane(pixels[j] + channel), lane(pixels[6 + j] + channel),
            lane(pixels[12 + j] + channel), lane(pixels[18 + j] + channel),
            lane(pixels[24 + j] + channel), lane(pixels[30 + j] + channel)
          ) { half.storeBytes(of: $1, toByteOffset: ($0 * 6 + j) * 32, as: Lane.self) }
        }
        let result = target + channel
        for i in 0..<6 {
          let line = scratch + i * 48
          Transforms.input(
            lane(line), lane(line + 8), lane(line + 16), lane(line + 24), lane(line + 32),
            lane(line + 40)
          ) {
            UnsafeMutableRawPointer(result + (i * 6 + $0) * plane).storeBytes(of: $1, as: Lane.self)
          }
        }
      }
    }
  }

  /// Transforms the products of one patch back and writes what lies inside the output.
  private func scatter(
    _ products: UnsafePointer<Float>, patch: Int, _ scratch: UnsafeMutablePointer<Float>,
    into y: UnsafeMutablePointer<Float>,
    _ finish: (_ pixels: UnsafeMutablePointer<Float>, _ count: Int) -> Void
  ) {
    let (outputs, plane) = (output.channels, block * output.channels)
    let (sample, top, left) = corner(patch)
    let (rows, columns) = (min(4, output.height - top), min(4, output.width - left))
    let target = y + sample * output.count + (top * output.width + left) * outputs
    let half = UnsafeMutableRawPointer(scratch)
    for channel in stride(from: 0, to: outputs, by: 8) {
      let product = products + channel
      for j in 0..<6 {
        Transforms.output(
          lane(product + j * plane), lane(product + (6 + j) * plane),
          lane(product + (12 + j) * plane), lane(product + (18 + j) * plane),
          lane(product + (24 + j) * plane), lane(product + (30 + j) * plane)
        ) { half.storeBytes(of: $1, toByteOffset: ($0 * 6 + j) * 32, as: Lane.self) }
      }
      for i in 0..<rows {
        let line = scratch + i * 48
        let row = target + i * output.width * outputs + channel
        Transforms.output(
          lane(line), lane(line + 8), lane(line + 16), lane(line + 24), lane(line + 32),
          lane(line + 40)
        ) {
          if $0 < columns {
            UnsafeMutableRawPointer(row + $0 * outputs).storeBytes(of: $1, as: Lane.self)
          }
        }
      }
    }
    for i in 0..<rows { finish(target + i * output.width * outputs, columns) }
  }

  @inline(__always)
  private func lane(_ start: UnsafePointer<Float>) -> Lane {
    UnsafeRawPointer(start).loadUnaligned(as: Lane.self)
  }
}

extension WinogradConvolution {
  /// The forward direction of a convolution with weights of PyTorch's layout.
  convenience init(_ convolution: Convolution, weight: [Float], workers: Workers) {
    let inputs = convolution.input.channels
    self.init(
      source: convolution.input, output: convolution.output, padding: convolution.window.padding,
      workers: workers
    ) { weight[($1 * inputs + $0) * 9 + $2] }
  }

  /// The way back: mirrored kernels, inputs and outputs exchanged.
  convenience init(backwardOf convolution: Convolution, weight: [Float], workers: Workers) {
    let inputs = convolution.input.channels
    let padding = convolution.window.padding
    self.init(
      source: convolution.output, output: convolution.input,
      padding: Extent(height: 2 - padding.height, width: 2 - padding.width), workers: workers
    ) { weight[($0 * inputs + $1) * 9 + 8 - $2] }
  }
}
