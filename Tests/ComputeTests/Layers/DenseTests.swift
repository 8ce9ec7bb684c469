import Testing

@testable import Compute

@Suite("Dense layer") struct DenseTests {
  // Sides that fill vectors, tiles and work items, and sides that do not.
  static let sides = [(1, 1, 1), (16, 12, 4), (37, 29, 5), (1030, 13, 3), (2048, 50, 9)]

  @Test("Both directions and both gradients follow the definition", arguments: sides)
  func definition(inputs: Int, outputs: Int, samples: Int) {
    let dense = Dense(inputs: inputs, outputs: outputs)
    let x = randomValues(samples * inputs, seed: 1)
    let weight = randomValues(dense.weightCount, seed: 2)
    let bias = randomValues(outputs, seed: 3)
    let dy = randomValues(samples * outputs, seed: 4)
    var (y, dx) = ([Float](), [Float]())
    for sample in 0..<samples {
      for output in 0..<outputs {
        y.append(
          Float(
            (0..<inputs).reduce(Double(bias[output])) {
              $0 + Double(x[sample * inputs + $1]) * Double(weight[output * inputs + $1])
            }))
      }
      for input in 0..<inputs {
        dx.append(
          Float(
            (0..<outputs).reduce(0) {
              $0 + Double(dy[sample * outputs + $1]) * Double(weight[$1 * inputs + input])
            }))
      }
    }
    let workers = Workers(count: 2)
    let found = FloatBuffer(count: y.count)
    dense.forward(
      x, weights: weight, bias: bias, into: found.start, samples: samples, workers: workers)
    #expect(relativeError(found.values(y.count), y) < 1e-6)
    dense.forward(
      x, weights: weight, bias: bias, finish: .rectified, into: found.start, samples: samples,
      workers: workers)
    #expect(relativeError(found.values(y.count), y.map { max($0, 0) }) < 1e-6)
    let back = FloatBuffer(count: dx.count)
    dense.dataGradient(dy, weights: weight, into: back.start, samples: samples, workers: workers)
    #expect(relativeError(back.values(dx.count), dx) < 1e-6)
  }

  @Test("A sample has the same bits in any batch, on any number of threads")
  func repeatable() {
    let dense = Dense(inputs: 1030, outputs: 29)
    let x = randomValues(9 * 1030, seed: 1)
    let weight = randomValues(dense.weightCount, seed: 2)
    let run = { (samples: Range<Int>, threads: Int) -> [Float] in
      let y = FloatBuffer(count: samples.count * 29)
      dense.forward(
        Array(x[samples.lowerBound * 1030..<samples.upperBound * 1030]), weights: weight,
        bias: nil, into: y.start, samples: samples.count, workers: Workers(count: threads))
      return y.values(y.count)
    }
    let all = run(0..<9, 1)
    #expect(run(0..<9, 3) == all)
    for samples in [0..<1, 3..<7, 8..<9] {
      #expect(run(samples, 2) == Array(all[samples.lowerBound * 29..<samples.upperBound * 29]))
    }
  }
}
