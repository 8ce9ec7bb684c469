import Testing

@testable import Compute

@Suite("Winograd's convolution") struct WinogradTests {
  static func convolution(
    _ inputs: Int, _ outputs: Int, _ side: Extent, padding: Int, _ numerics: Numerics? = .fast
  ) -> Convolution {
    let lost = 2 - 2 * padding
    return Convolution(
      input: Shape(channels: inputs, height: side.height, width: side.width),
      output: Shape(channels: outputs, height: side.height - lost, width: side.width - lost),
      kernel: Extent(3), stride: Extent(1), padding: Extent(padding), groups: 1,
      numerics: numerics)
  }

  @Test("The step is the one that multiplies least")
  func step() {
    let step = { (side: Int, numerics: Numerics) in
      Self.convolution(16, 16, Extent(side), padding: 1, numerics).algorithm
    }
    #expect(step(1, .fast) == .products)
    #expect(step(2, .fast) == .winograd(step: 2))
    #expect(step(6, .fast) == .winograd(step: 2))
    #expect(step(7, .fast) == .winograd(step: 4))
    #expect(step(14, .fast) == .winograd(step: 4))
    #expect(step(14, .strict) == .winograd(step: 2))
    // F(6×6) of large maps, where its patches fit well enough.
    for side in [48, 63, 68, 80] { #expect(step(side, .fast) == .winograd(step: 4)) }
    for side in [64, 66, 112, 224] { #expect(step(side, .fast) == .winograd(step: 6)) }
    #expect(step(224, .strict) == .winograd(step: 2))
    let large = Self.convolution(16, 16, Extent(224), padding: 1)
    #expect(large.gradientAlgorithm == .winograd(step: 4))
    let few = Self.convolution(8, 16, Extent(14), padding: 1)
    let odd = Self.convolution(16, 12, Extent(14), padding: 1)
    #expect([few.algorithm, odd.algorithm] == [.products, .products])
  }

  @Test(
    "All directions equal plain products, for whole and cut patches",
    arguments: [
      (16, 24, Extent(8), 1), (24, 16, Extent(height: 11, width: 9), 1),
      (16, 16, Extent(height: 7, width: 13), 0), (16, 8, Extent(height: 5, width: 6), 2),
      // More channels than one run of a sum, and weights that threads share.
      (264, 200, Extent(height: 9, width: 6), 1),
      // More patches than one block.
      (16, 16, Extent(40), 1),
      // Patches of 6×6 outputs, whole and cut.
      (16, 24, Extent(66), 1), (24, 16, Extent(height: 67, width: 65), 1),
    ], [Numerics.fast, .strict])
  func directions(_ sides: (Int, Int, Extent, Int), numerics: Numerics) throws {
    let (inputs, outputs, side, padding) = sides
    let tolerance = numerics == .fast ? 1e-5 : 2e-6
    let plain = Self.convolution(inputs, outputs, side, padding: padding, nil)
    let quick = plain.with(numerics)
    let weight = randomValues(plain.weightCount, seed: 3)
    let samples = 3
    let x = randomValues(samples * plain.input.count, seed: 4)
    let c = randomValues(samples * plain.output.count, seed: 5)
    let bias = randomValues(outputs, seed: 6)
    let workers = Workers(count: 2)
    let packed = FloatBuffer(count: plain.weightCount)
    plain.pack(weight, into: packed.start)

    let run = { (convolution: Convolution, finish: Finish) -> [Float] in
      let arranged = FloatBuffer(count: convolution.arrangedCount)
      convolution.arrange(packed.start, into: arranged.start, workers: workers)
      let y = FloatBuffer(count: c.count)
      convolution.forward(
        x, weights: arranged.start, bias: bias, finish: finish, into: y.start, samples: samples,
        workers: workers)
      return y.values(c.count)
    }
    for finish in [Finish.plain, .rectified] {
      #expect(relativeError(run(quick, finish), run(plain, finish)) <= tolerance)
    }
    // The other ends do with the sums what is said of them.
    let sums = run(quick, .plain)
    let (times, shares) = c.withUnsafeBufferPointer { other in
      guard let start = other.baseAddress else { return ([Float](), [Float]()) }
      return (run(quick, .times(start)), run(quick, .share(start, epsilon: 0.25)))
    }
    #expect(times == zip(sums, c).map { $0 * $1 })
    #expect(shares == zip(sums, c).map { $1 / ($0 < 0 ? $0 - 0.25 : $0 + 0.25) })

    let back = { (convolution: Convolution) -> [Float] in
      let arranged = FloatBuffer(count: convolution.arrangedBackCount)
      convolution.arrangeBack(packed.start, into: arranged.start, workers: workers)
      let dx = FloatBuffer(count: x.count)
      convolution.dataGradient(
        c, weights: arranged.start, into: dx.start, samples: samples, workers: workers)
      return dx.values(x.count)
    }
    #expect(relativeError(back(quick), back(plain)) <= tolerance)

    let gradients = { (convolution: Convolution, workers: Workers) -> ([Float], [Float]) in
      let partial = FloatBuffer(count: convolution.partialCount(samples: samples))
      let (dWeights, dBias) = (FloatBuffer(weight), FloatBuffer(bias))
      convolution.weightGradient(
        x, c, dWeights: dWeights.start, dBias: dBias.start, samples: samples,
        partial: partial.start, workers: workers)
      return (convolution.unpack(dWeights.start), dBias.values(outputs))
    }
    let (found, wanted) = (gradients(quick, workers), gradients(plain, workers))
    #expect(relativeError(found.0, wanted.0) <= tolerance)
    #expect(found.1 == wanted.1)
    #expect(numerics == .fast || found == wanted)
    #expect(gradients(quick, Workers(count: 1)) == found)
  }

  @Test(
    "A sample has the same bits in any batch, on any number of threads",
    arguments: [
      (16, Extent(height: 67, width: 65), 6, 1), (16, Extent(height: 67, width: 65), 6, 8),
      (16, Extent(height: 67, width: 65), 6, 32),
      // Threads share the weights, of one block and of several that are of equal size.
      (256, Extent(20), 4, 1), (256, Extent(20), 4, 9),
    ])
  func batches(channels: Int, side: Extent, step: Int, samples: Int) {
    let convolution = Self.convolution(channels, channels, side, padding: 1)
    #expect(convolution.algorithm == .winograd(step: step))
    let weights = FloatBuffer(count: convolution.arrangedCount)
    let packed = randomValues(convolution.weightCount, seed: 3)
    convolution.arrange(packed, into: weights.start, workers: Workers(count: 1))
    let one = randomValues(convolution.input.count, seed: 4)
    let run = { (x: [Float], samples: Int, threads: Int) -> [Float] in
      let y = FloatBuffer(count: samples * convolution.output.count)
      convolution.forward(
        x, weights: weights.start, bias: nil, into: y.start, samples: samples,
        workers: Workers(count: threads))
      return y.values(samples * convolution.output.count)
    }
    let alone = run(one, 1, 1)
    let others = randomValues((samples - 1) * convolution.input.count, seed: 5)
    for threads in [1, 2] {
      let (first, last) = (run(one + others, samples, threads), run(others + one, samples, threads))
      #expect(Array(first.prefix(alone.count)) == alone)
      #expect(Array(last.suffix(alone.count)) == alone)
    }
  }

  @Test(
    "Few patches with many weights and many with few have the same bits on any number of threads",
    arguments: [
      (16, 16, 40, 5), (32, 64, 12, 3), (72, 136, 8, 16), (128, 128, 4, 16), (24, 16, 2, 1),
    ])
  func threads(inputs: Int, outputs: Int, side: Int, samples: Int) {
    let convolution = Self.convolution(inputs, outputs, Extent(side), padding: 1)
    let packed = randomValues(convolution.weightCount, seed: 3)
    let x = randomValues(samples * convolution.input.count, seed: 4)
    let dy = randomValues(samples * convolution.output.count, seed: 5)
    let results = [1, 2, 3].map { threads -> [[Float]] in
      let workers = Workers(count: threads, staysAwake: true)
      let weights = FloatBuffer(count: convolution.arrangedCount)
      convolution.arrange(packed, into: weights.start, workers: workers)
      let back = FloatBuffer(count: convolution.arrangedBackCount)
      convolution.arrangeBack(packed, into: back.start, workers: workers)
      let (y, dx) = (FloatBuffer(dy), FloatBuffer(x))
      convolution.forward(
        x, weights: weights.start, bias: nil, into: y.start, samples: samples, workers: workers)
      convolution.dataGradient(
        dy, weights: back.start, into: dx.start, samples: samples, workers: workers)
      let (dWeights, dBias) = (FloatBuffer(packed), FloatBuffer(count: outputs))
      let partial = FloatBuffer(count: convolution.partialCount(samples: samples))
      convolution.weightGradient(
        x, dy, dWeights: dWeights.start, dBias: dBias.start, samples: samples,
        partial: partial.start, workers: workers)
      return [
        y.values(dy.count), dx.values(x.count), dWeights.values(packed.count),
        dBias.values(outputs),
      ]
    }
    #expect(results[1] == results[0])
    #expect(results[2] == results[0])
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
