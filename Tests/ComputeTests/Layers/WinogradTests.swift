import Testing

@testable import Compute

@Suite("Winograd's convolution") struct WinogradTests {
  static func convolution(_ inputs: Int, _ outputs: Int, _ side: Extent, padding: Int)
    -> Convolution
  {
    let lost = 2 - 2 * padding
    return Convolution(
      input: Shape(channels: inputs, height: side.height, width: side.width),
      output: Shape(channels: outputs, height: side.height - lost, width: side.width - lost),
      kernel: Extent(3), stride: Extent(1), padding: Extent(padding), groups: 1)
  }

  @Test(
    "Both directions equal plain products to 1e-5, for whole and cut patches",
    arguments: [
      (16, 24, Extent(8), 1), (24, 16, Extent(height: 11, width: 9), 1),
      (16, 16, Extent(height: 7, width: 13), 0), (16, 8, Extent(height: 5, width: 6), 2),
      // More channels than one run of a sum, and weights that threads share.
      (264, 104, Extent(height: 9, width: 6), 1),
    ])
  func directions(inputs: Int, outputs: Int, side: Extent, padding: Int) throws {
    let convolution = Self.convolution(inputs, outputs, side, padding: padding)
    let layer = AffineLayer.convolution(convolution)
    let weight = randomValues(convolution.weightCount, seed: 3)
    let plain = AffineWeights(weight, for: layer)
    let workers = Workers(count: 2)
    let fast = AffineWeights(weight, for: layer, .init(isFast: true))
    #expect(fast.fast?.backward != nil)
    let samples = 3
    let x = FloatBuffer(randomValues(samples * convolution.input.count, seed: 4))
    let c = FloatBuffer(randomValues(samples * convolution.output.count, seed: 5))
    let bias = FloatBuffer(randomValues(outputs, seed: 6))
    for rectified in [false, true] {
      let y = layer.forward(
        x, fast, bias: bias, rectified: rectified, samples: samples, workers: workers)
      let wanted = layer.forward(
        x, plain, bias: bias, rectified: rectified, samples: samples, workers: workers)
      #expect(relativeError(y.values(y.count), wanted.values(wanted.count)) <= 1e-5)
    }
    let dx = layer.transposed(c, fast, samples: samples, workers: workers)
    let wantedX = layer.transposed(c, plain, samples: samples, workers: workers)
    #expect(relativeError(dx.values(dx.count), wantedX.values(dx.count)) <= 1e-5)
  }

  @Test("A sample's bits do not depend on threads or batch", arguments: [16, 264])
  func repeatable(inputs: Int) {
    let convolution = Self.convolution(inputs, 104, Extent(20), padding: 1)
    let weights = AffineWeights(
      randomValues(convolution.weightCount, seed: 3), for: .convolution(convolution),
      .init(isFast: true))
    let x = randomActivation(samples: 11, shape: convolution.input, seed: 7)
    let run = { (input: Activation, threads: Int) in
      let layer = AffineLayer.convolution(convolution)
      let y = layer.forward(
        FloatBuffer(input.values), weights, bias: nil, samples: input.samples,
        workers: Workers(count: threads))
      return Activation(
        samples: input.samples, shape: convolution.output, values: y.values(y.count))
    }
    let all = run(x, 1)
    let isSame = [
      run(x, 3) == all, run(x.selecting([0, 1, 2]), 2) == all.selecting([0, 1, 2]),
      run(x.selecting([8, 9]), 2) == all.selecting([8, 9]),
    ]
    #expect(isSame == [true, true, true])
  }

  @Test("The fast path is taken where it does no harm, and changes relevance by at most 1e-5")
  func relevance() throws {
    let graph = try Graph.vgg16(
      VGGOptions(inputSize: 64, width: 0.25, batchNorm: true, classes: 4, denseWidth: 16))
    let parameters = RelevanceGraphs.parameters(of: graph, seed: 8)
    let inputs = randomActivation(samples: 3, shape: graph.input, seed: 4)
    let run = { (isFast: Bool, bias: RelevanceBias) in
      try RelevancePropagation(
        graph: graph, parameters: parameters,
        rules: RelevanceRules(
          composite: .epsilonPlusFlat, bias: bias, range: nil, allowsFastConvolution: isFast),
        threads: 2
      ).run(inputs, targets: [.logit(0), .logit(1), .logit(2)])
    }
    let (fast, plain) = (try run(true, .keep), try run(false, .keep))
    #expect(fast.input != plain.input)
    #expect(relativeError(fast.input.values, plain.input.values) <= 1e-5)
    let (zeroFast, zeroPlain) = (try run(true, .zero), try run(false, .zero))
    #expect(zeroFast == zeroPlain)
  }
}
