import Testing

@testable import Compute

@Suite("Optimizer")
struct OptimizerTests {
  @Test(
    "Three steps with weight decay equal PyTorch's",
    arguments: [
      (OptimizerMethod.sgd(momentum: 0.9), [0.86352396, -2.0057981, 0.19581452] as [Float]),
      (.adam, [0.812098265, -1.94050241, 0.367094755]),
      (.adamW, [0.800638974, -1.90890694, 0.497386485]),
    ])
  func threeSteps(method: OptimizerMethod, expected: [Float]) {
    let (value, gradient) = (FloatBuffer([1, -2, 0.5]), FloatBuffer(count: 3))
    let optimizer = Optimizer(method, weightDecay: 0.1, parameters: [(value, gradient)])
    for step in [[0.5, -1, 0], [0.25, 2, -0.125], [-1, 0.0625, 3]] as [[Float]] {
      for index in 0..<3 { gradient.start[index] = step[index] }
      optimizer.step(rate: 0.1, workers: Workers(count: 2))
    }
    #expect(relativeError(value.values(3), expected) < 1e-6)
    #expect(optimizer.steps == 3)
  }

  @Test(
    "Any number of weights moves as one by one in double precision",
    arguments: [1, 8, 13, 40_003],
    [
      OptimizerMethod.sgd(momentum: 0.9), .adam,
      .adamW(beta1: 0.8, beta2: 0.95, epsilon: 1e-6),
    ])
  func manyWeights(count: Int, method: OptimizerMethod) {
    let start = randomValues(count, seed: 1)
    let (value, gradient) = (FloatBuffer(start), FloatBuffer(count: count))
    let optimizer = Optimizer(method, weightDecay: 0.1, parameters: [(value, gradient)])
    var expected = start.map { Double($0) }
    var (first, second) = (
      [Double](repeating: 0, count: count), [Double](repeating: 0, count: count)
    )
    for step in 1...3 {
      let slopes = randomValues(count, seed: UInt64(10 + step))
      for index in 0..<count { gradient.start[index] = slopes[index] }
      optimizer.step(rate: 0.01, workers: Workers(count: 2))
      for index in 0..<count {
        let slope = Double(slopes[index])
        switch method {
        case .sgd(let momentum):
          first[index] = momentum * first[index] + slope + 0.1 * expected[index]
          expected[index] -= 0.01 * first[index]
        case .adam(let beta1, let beta2, let epsilon), .adamW(let beta1, let beta2, let epsilon):
          var slope = slope
          if case .adam = method {
            slope += 0.1 * expected[index]
          } else {
            expected[index] *= 1 - 0.01 * 0.1
          }
          first[index] = beta1 * first[index] + (1 - beta1) * slope
          second[index] = beta2 * second[index] + (1 - beta2) * slope * slope
          var (power1, power2) = (1.0, 1.0)
          for _ in 0..<step { (power1, power2) = (power1 * beta1, power2 * beta2) }
          let size = (second[index] / (1 - power2)).squareRoot() + epsilon
          expected[index] -= 0.01 * first[index] / (1 - power1) / size
        }
      }
    }
    #expect(relativeError(value.values(count), expected.map { Float($0) }) < 1e-6)
  }
}

@Suite("Cross-entropy")
struct CrossEntropyTests {
  @Test("The weighted mean and its gradient equal PyTorch's")
  func weighted() {
    let logits: [Float] = [1, 2, -1, 0.5, 0.25, 3, 0, 0, 0]
    let gradient = FloatBuffer(count: 9)
    let sums = CrossEntropy.evaluate(
      logits, classes: 3, labels: [1, 0, 2], weights: [1, 2, 0.5], gradient: gradient.start)
    let expected: [Float] = [
      0.148283705, -0.168351695, 0.0200680178, -0.26524955, 0.0159379579, 0.249311596,
      0.0476190485, 0.0476190485, -0.0952381045,
    ]
    #expect(abs(sums.mean - 1.10960555) < 1e-6)
    #expect(sums.weight == 3.5)
    #expect(relativeError(gradient.values(9), expected) < 1e-6)
  }

  @Test("The prediction is the first of the largest logits")
  func ties() {
    let logits: [Float] = [2, 2, 1, 3, 3, 3]
    let correct = { (labels: [Int]) in
      CrossEntropy.evaluate(logits, classes: 3, labels: labels, weights: nil).correct
    }
    #expect(correct([0, 0]) == 2)
    #expect(correct([1, 2]) == 0)
  }
}
