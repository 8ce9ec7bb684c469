import Compute
import Testing

@Suite("Softmax")
struct SoftmaxTests {
  @Test("Rows sum to one and large logits do not overflow")
  func extremes() {
    let p = Softmax.probabilities([1000, 1000, -1000, 0, 0, 0, -3000, 3000, 0], classes: 3)
    let third = Float(1.0 / 3)
    let expected: [Float] = [0.5, 0.5, 0, third, third, third, 0, 1, 0]
    #expect(p == expected)
    #expect(Softmax.probabilities([], classes: 4).isEmpty)
  }

  @Test("A row that is no number gives no number, and leaves others alone")
  func notANumber() {
    let p = Softmax.probabilities([.nan, 1, 0, 0], classes: 2)
    #expect(p[0].isNaN && p[1].isNaN)
    #expect(p[2...] == [0.5, 0.5])
  }
}
