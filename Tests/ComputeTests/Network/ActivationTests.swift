import Compute
import Testing

@Suite("Activation")
struct ActivationTests {
  @Test("Channels-first order and back")
  func channelsFirst() {
    let shape = Shape(channels: 2, height: 1, width: 3)
    let planes: [Float] = [1, 2, 3, 10, 20, 30, 4, 5, 6, 40, 50, 60]
    let activation = Activation(channelsFirst: planes, samples: 2, shape: shape)
    #expect(activation.values == [1, 10, 2, 20, 3, 30, 4, 40, 5, 50, 6, 60])
    #expect(activation.channelsFirst() == planes)
    let large = randomActivation(
      samples: 3, shape: Shape(channels: 37, height: 5, width: 19), seed: 3)
    #expect(
      Activation(channelsFirst: large.channelsFirst(), samples: 3, shape: large.shape) == large)
  }

  @Test("Selecting samples")
  func selecting() {
    let activation = Activation(samples: 3, shape: Shape(channels: 2), values: [1, 2, 3, 4, 5, 6])
    let selected = activation.selecting([2, 0, 2])
    #expect(selected.samples == 3)
    #expect(selected.values == [5, 6, 1, 2, 5, 6])
  }
}
