import Testing

@testable import Compute

/// The convolution kernels against the definition, written out in nested loops in double precision.
@Suite("Convolution")
struct ConvolutionTests {
  struct Case: CustomTestStringConvertible, Sendable {
    var input: Shape
    var outputs = 4
    var kernel = Extent(3)
    var stride = Extent(1)
    var padding = Extent(1)
    var groups = 1
    var samples = 3

    var testDescription: String {
      "\(samples) of \(input) → \(outputs), kernel \(kernel.height)×\(kernel.width),"
        + " stride \(stride.height)×\(stride.width),"
        + " padding \(padding.height)×\(padding.width), \(groups) groups"
    }

    var convolution: Convolution {
      let side = { (input: Int, kernel: Int, stride: Int, padding: Int) in
        (input + 2 * padding - kernel) / stride + 1
      }
      let output = Shape(
        channels: outputs,
        height: side(input.height, kernel.height, stride.height, padding.height),
        width: side(input.width, kernel.width, stride.width, padding.width))
      return Convolution(
        input: input, output: output, kernel: kernel, stride: stride, padding: padding,
        groups: groups)
    }
  }

  static let cases: [Case] = [
    Case(input: Shape(channels: 3, height: 5, width: 6)),
    Case(input: Shape(channels: 1, height: 1, width: 1), samples: 1),
    Case(input: Shape(channels: 2, height: 1, width: 7), samples: 9),
    Case(input: Shape(channels: 5, height: 20, width: 9), outputs: 7, samples: 17),
    Case(input: Shape(channels: 4, height: 6, width: 6), kernel: Extent(1), padding: Extent(0)),
    Case(input: Shape(channels: 4, height: 9, width: 8), stride: Extent(2), padding: Extent(1)),
    Case(
      input: Shape(channels: 3, height: 9, width: 10), kernel: Extent(5),
      stride: Extent(height: 3, width: 2), padding: Extent(height: 0, width: 4)),
    Case(
      input: Shape(channels: 2, height: 4, width: 8), kernel: Extent(height: 2, width: 4),
      stride: Extent(height: 2, width: 5), padding: Extent(0)),
    Case(input: Shape(channels: 6, height: 5, width: 5), outputs: 9, groups: 3, samples: 8),
    Case(
      input: Shape(channels: 4, height: 7, width: 5), outputs: 4, stride: Extent(2), groups: 4,
      samples: 10),
    Case(
      input: Shape(channels: 3, height: 6, width: 11), outputs: 3,
      kernel: Extent(height: 2, width: 5), stride: Extent(height: 1, width: 3),
      padding: Extent(height: 1, width: 4), groups: 3, samples: 9),
    Case(
      input: Shape(channels: 2, height: 2, width: 1), outputs: 2, kernel: Extent(5),
      padding: Extent(4), groups: 2, samples: 1),
    Case(input: Shape(channels: 3, height: 5, width: 4), outputs: 6, groups: 3),
  ]

  @Test("Output, input gradient and weight gradient follow the definition", arguments: cases)
  func definition(_ one: Case) {
    let convolution = one.convolution
    let x = randomValues(one.samples * one.input.count, seed: 1)
    let weight = randomValues(convolution.weightCount, seed: 2)
    let bias = randomValues(one.outputs, seed: 3)
    let dy = randomValues(one.samples * convolution.output.count, seed: 4)
    let expected = reference(one, x: x, weight: weight, bias: bias, dy: dy)

    let packed = FloatBuffer(count: convolution.weightCount)
    convolution.pack(weight, into: packed.start)
    #expect(convolution.unpack(packed.start) == weight)
    for threads in [1, 2] {
      let workers = Workers(count: threads)
      let y = FloatBuffer(count: dy.count)
      let forward = FloatBuffer(count: convolution.arrangedCount)
      convolution.arrange(packed.start, into: forward.start, workers: workers)
      convolution.forward(
        x, weights: forward.start, bias: bias, into: y.start, samples: one.samples,
        workers: workers)
      #expect(relativeError(y.values(dy.count), expected.y) < 1e-6)
      convolution.forward(
        x, weights: forward.start, bias: nil, finish: .rectified, into: y.start,
        samples: one.samples, workers: workers)
      let plain = zip(expected.y, 0...).map { max(0, $0.0 - bias[$0.1 % one.outputs]) }
      #expect(relativeError(y.values(dy.count), plain) < 1e-5)

      let back = FloatBuffer(count: convolution.arrangedBackCount)
      convolution.arrangeBack(packed.start, into: back.start, workers: workers)
      let dx = FloatBuffer(count: x.count)
      convolution.dataGradient(
        dy, weights: back.start, into: dx.start, samples: one.samples, workers: workers)
      #expect(relativeError(dx.values(x.count), expected.dx) < 1e-6)

      let partial = FloatBuffer(count: convolution.partialCount(samples: one.samples))
      let (dWeights, dBias) = (FloatBuffer(weight), FloatBuffer(bias))
      convolution.weightGradient(
        x, dy, dWeights: dWeights.start, dBias: dBias.start, samples: one.samples,
        partial: partial.start, workers: workers)
      #expect(relativeError(convolution.unpack(dWeights.start), expected.dWeight) < 1e-6)
      #expect(relativeError(dBias.values(bias.count), expected.dBias) < 1e-6)
    }
  }

  private struct Reference {
    var y, dx, dWeight, dBias: [Float]
  }

  private func reference(
    _ one: Case, x: [Float], weight: [Float], bias: [Float], dy: [Float]
  ) -> Reference {
    let output = one.convolution.output
    var y = [Double](repeating: 0, count: dy.count)
    var dx = [Double](repeating: 0, count: x.count)
    var dWeight = [Double](repeating: 0, count: weight.count)
    var dBias = [Double](repeating: 0, count: bias.count)
    forEachProduct(one) { place, input, weightPlace in
      if let input, let weightPlace {
        y[place] += Double(x[input]) * Double(weight[weightPlace])
        dx[input] += Double(dy[place]) * Double(weight[weightPlace])
        dWeight[weightPlace] += Double(dy[place]) * Double(x[input])
      } else {
        y[place] += Double(bias[place % output.channels])
        dBias[place % output.channels] += Double(dy[place])
      }
    }
    return Reference(
      y: y.map { Float($0) }, dx: dx.map { Float($0) }, dWeight: dWeight.map { Float($0) },
      dBias: dBias.map { Float($0) })
  }

  /// Calls `body` for every product of the definition, and once with nil for every bias.
  private func forEachProduct(_ one: Case, _ body: (Int, Int?, Int?) -> Void) {
    let (input, output) = (one.input, one.convolution.output)
    let (groupInputs, groupOutputs) = (input.channels / one.groups, one.outputs / one.groups)
    for place in 0..<one.samples * output.count {
      let (sample, k) = (place / output.count, place % output.channels)
      let y = place / output.channels / output.width % output.height
      let x = place / output.channels % output.width
      body(place, nil, nil)
      for c in 0..<groupInputs {
        for tap in 0..<one.kernel.height * one.kernel.width {
          let (i, j) = (tap / one.kernel.width, tap % one.kernel.width)
          let row = y * one.stride.height - one.padding.height + i
          let column = x * one.stride.width - one.padding.width + j
          guard row >= 0, row < input.height, column >= 0, column < input.width else { continue }
          let channel = k / groupOutputs * groupInputs + c
          let pixel = (sample * input.height + row) * input.width + column
          body(
            place, pixel * input.channels + channel,
            (k * groupInputs + c) * one.kernel.height * one.kernel.width + tap)
        }
      }
    }
  }
}
