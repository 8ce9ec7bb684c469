import Testing

@testable import Compute

@Suite("Pooling that a convolution takes along") struct TakenPoolingTests {
  @Test(
    "It has the bits of a pooling of its own, for whole and cut windows, and for numbers that are none",
    arguments: [
      Extent(8), Extent(height: 11, width: 13), Extent(height: 6, width: 3), Extent(40),
    ], [Numerics.fast, .strict])
  func bits(_ side: Extent, numerics: Numerics) {
    let convolution = WinogradTests.convolution(16, 24, side, padding: 1, numerics)
    #expect(convolution.canPool)
    let (map, samples) = (convolution.output, 3)
    let pooling = Pooling(
      kind: .max, input: map,
      output: Shape(channels: 24, height: map.height / 2, width: map.width / 2),
      kernel: Extent(2), stride: Extent(2), padding: Extent(0))
    var x = randomValues(samples * convolution.input.count, seed: 8)
    // One pixel's neighbourhood knows no order, another's is beyond all numbers.
    (x[16 * 5], x[convolution.input.count + 3]) = (.nan, .infinity)
    let bias = randomValues(24, seed: 9)
    let workers = Workers(count: 2)
    let packed = FloatBuffer(count: convolution.weightCount)
    convolution.pack(randomValues(convolution.weightCount, seed: 10), into: packed.start)
    let arranged = FloatBuffer(count: convolution.arrangedCount)
    convolution.arrange(packed.start, into: arranged.start, workers: workers)
    for finish in [Finish.plain, .rectified] {
      let run = { (y: FloatBuffer?, pooled: FloatBuffer?) in
        convolution.forward(
          x, weights: arranged.start, bias: bias, finish: finish, into: y?.start,
          pooled: pooled?.start, samples: samples, workers: workers)
      }
      let count = samples * pooling.output.count
      let whole = FloatBuffer(count: samples * map.count)
      let (apart, alone) = (FloatBuffer(count: count), FloatBuffer(count: count))
      run(whole, nil)
      pooling.forward(whole.start, into: apart.start, samples: samples, workers: workers)
      run(nil, alone)
      let expected = apart.values(count).map(\.bitPattern)
      #expect(alone.values(count).map(\.bitPattern) == expected)
      let (map, beside) = (FloatBuffer(count: whole.count), FloatBuffer(count: count))
      run(map, beside)
      #expect(beside.values(count).map(\.bitPattern) == expected)
      #expect(
        map.values(map.count).map(\.bitPattern) == whole.values(whole.count).map(\.bitPattern))
      #expect(apart.values(count).contains { $0.isNaN })
    }
  }

  @Test("Of layers that nobody asks for nothing is kept, and the others have the same bits")
  func wanted() throws {
    let graph = try Graph.vgg16(VGGOptions(inputSize: 72, width: 0.25, classes: 5, denseWidth: 8))
    for (numerics, threads) in [(Numerics.fast, 2), (.strict, 1)] {
      let plan = Plan(graph, numerics)
      #expect(
        Set(plan.takenPoolings().values.map { plan.nodes[$0.pooling].node.name })
          == ["pool1", "pool2", "pool3", "pool4", "pool5"])
      let pass = try ForwardPass(
        graph: graph, parameters: graph.initialParameters(seed: 3), numerics: numerics,
        threads: threads)
      let input = randomActivation(samples: 3, shape: graph.input, seed: 7)
      var all: [LayerOutput] = []
      try pass.run(input) { all.append($0) }
      // The second block's map is wanted itself, the third's pooling is not but what comes of it is.
      for names in [Set(["pool1", "conv2_2", "pool2", "conv4_1", "logits"]), ["logits"], []] {
        var some: [LayerOutput] = []
        try pass.run(input, only: names) { some.append($0) }
        let expected = all.filter { names.contains($0.name) }
        #expect(some.map(\.name) == expected.map(\.name))
        #expect(some.map(\.ordinal) == expected.map(\.ordinal))
        #expect(some.map(\.activation) == expected.map(\.activation))
      }
      for layer in all {
        #expect(try pass.output(input, of: layer.name) == layer.activation, "\(layer.name)")
      }
      let middle = try #require(all.first { $0.name == "conv3_3" })
      #expect(try pass.output(middle.activation, after: "conv3_3") == all.last?.activation)
    }
  }

  @Test("A map that a second node reads, and another pooling, are left alone")
  func refusals() throws {
    let convolution = Operation.convolution(
      outputs: 16, kernel: Extent(3), stride: Extent(1), padding: Extent(1), groups: 1)
    let pool = { (kernel: Int, stride: Int) in
      Operation.maxPool(kernel: Extent(kernel), stride: Extent(stride), padding: Extent(0))
    }
    let taken = { (pooling: Operation, second: Bool) throws -> Int in
      let nodes =
        [
          Node("conv", convolution, inputs: [Graph.inputName]),
          Node("relu", .relu, inputs: ["conv"], isLayer: true),
          Node("pool", pooling, inputs: ["relu"]),
        ] + (second ? [Node("again", pooling, inputs: ["relu"])] : [])
      let last = second ? Node("sum", .add, inputs: ["pool", "again"], isLayer: true) : nil
      let graph = try Graph(
        input: Shape(channels: 16, height: 16, width: 16), nodes: nodes + [last].compactMap { $0 })
      return Plan(graph, .fast).takenPoolings().count
    }
    #expect(try taken(pool(2, 2), false) == 1)
    #expect(try taken(pool(2, 2), true) == 0)
    #expect(try taken(pool(3, 2), false) == 0)
    #expect(try taken(pool(2, 1), false) == 0)
    let mean = Operation.averagePool(kernel: Extent(2), stride: Extent(2), padding: Extent(0))
    #expect(try taken(mean, false) == 0)
  }
}
