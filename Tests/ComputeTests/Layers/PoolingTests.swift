import Testing

@testable import Compute

@Suite("Pooling")
struct PoolingTests {
  @Test("Windows, padding and gradients by hand")
  func byHand() {
    // One channel, 3×3: windows of 2 at a distance of 2 with a border of 1.
    let x: [Float] = [1, -2, 3, 4, 5, -6, 7, 8, 9]
    let dy: [Float] = [1, 10, 100, 1000]
    let max = run(.max, x, dy)
    #expect(max.y == [1, 3, 7, 9])
    #expect(max.dx == [1, 0, 10, 0, 0, 0, 100, 0, 1000])
    let average = run(.average, x, dy)
    #expect(average.y == [0.25, 0.25, 2.75, 4])
    #expect(average.dx == [0.25, 2.5, 2.5, 25, 250, 250, 25, 250, 250])
  }

  @Test("Of equal maxima the first in reading order takes the gradient")
  func ties() {
    let result = run(.max, Array(repeating: -1, count: 9), [1, 1, 1, 1])
    #expect(result.y == [-1, -1, -1, -1])
    #expect(result.dx == [1, 1, 0, 1, 1, 0, 0, 0, 0])
  }

  @Test("NaN is not lost where it is looked at last")
  func notANumber() {
    let result = run(.max, [.nan, 1, 2, 3, 4, 5, 6, 7, .nan], [1, 1, 1, 1])
    #expect(result.y[0].isNaN && result.y[3].isNaN)
  }

  @Test(
    "Pairs equal windows of the same sides", arguments: [1, 8, 21, 24],
    [Extent(height: 6, width: 8), Extent(height: 5, width: 7), Extent(height: 2, width: 3)])
  func pairs(channels: Int, sides: Extent) {
    let input = Shape(channels: channels, height: sides.height, width: sides.width)
    let output = Shape(channels: channels, height: sides.height / 2, width: sides.width / 2)
    let samples = 2
    // Of few values, so that some are equal.
    var x = randomValues(samples * input.count, seed: 1).map { ($0 * 2).rounded() }
    x[0] = .nan
    let dy = randomValues(samples * output.count, seed: 2)
    let pooling = Pooling(
      kind: .max, input: input, output: output, kernel: Extent(2), stride: Extent(2),
      padding: Extent(0))
    var expected = (
      y: [Float](repeating: 0, count: dy.count), dx: [Float](repeating: 0, count: x.count)
    )
    for sample in 0..<samples {
      for place in 0..<output.count {
        let (pixel, channel) = place.quotientAndRemainder(dividingBy: channels)
        let (row, column) = pixel.quotientAndRemainder(dividingBy: output.width)
        let taps = [(0, 0), (0, 1), (1, 0), (1, 1)].map { down, right in
          let source = (2 * row + down) * input.width + 2 * column + right
          return sample * input.count + source * channels + channel
        }
        var best = x[taps[0]]
        for tap in taps.dropFirst() where !(x[tap] <= best) { best = x[tap] }
        expected.y[sample * output.count + place] = best
        if let first = taps.first(where: { x[$0] == best }) {
          expected.dx[first] = dy[sample * output.count + place]
        }
      }
    }
    let (y, dx) = (FloatBuffer(count: dy.count), FloatBuffer(count: x.count))
    for place in 0..<x.count { dx.start[place] = 7 }
    let workers = Workers(count: 2)
    pooling.forward(x, into: y.start, samples: samples, workers: workers)
    pooling.gradient(
      x: x, y: y.start, dy: dy, into: dx.start, samples: samples, workers: workers)
    let isSame = { (a: Float, b: Float) in a == b || a.isNaN && b.isNaN }
    #expect(zip(y.values(dy.count), expected.y).allSatisfy { isSame($0, $1) })
    #expect(dx.values(x.count) == expected.dx)
  }

  private func run(
    _ kind: Pooling.Kind, _ x: [Float], _ dy: [Float]
  ) -> (y: [Float], dx: [Float]) {
    let pooling = Pooling(
      kind: kind, input: Shape(channels: 1, height: 3, width: 3),
      output: Shape(channels: 1, height: 2, width: 2), kernel: Extent(2), stride: Extent(2),
      padding: Extent(1))
    let (y, dx) = (FloatBuffer(count: 4), FloatBuffer(count: 9))
    let workers = Workers(count: 1)
    pooling.forward(x, into: y.start, samples: 1, workers: workers)
    pooling.gradient(
      x: x, y: y.start, dy: dy, into: dx.start, samples: 1, workers: workers)
    return (y.values(4), dx.values(9))
  }
}
