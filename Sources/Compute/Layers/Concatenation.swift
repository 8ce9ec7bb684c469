/// Channels of several NHWC batches, one after the other.
struct Concatenation: Sendable {
  /// Channels of each input.
  let channels: [Int]
  /// Pixels in one sample.
  let pixels: Int

  /// Channels of the output.
  var total: Int { channels.reduce(0, +) }

  /// Copies every input to its place in y, [samples, pixels, total].
  func forward(
    _ inputs: [UnsafePointer<Float>], into y: UnsafeMutablePointer<Float>, samples: Int,
    workers: Workers
  ) {
    let total = total
    workers.forEach(samples) { sample in
      var first = 0
      for (x, count) in zip(inputs, channels) {
        for pixel in sample * pixels..<(sample + 1) * pixels {
          (y + pixel * total + first).update(from: x + pixel * count, count: count)
        }
        first += count
      }
    }
  }

  /// The part of `y` that belongs to one input, [samples, pixels, channels of the input].
  func part(
    _ index: Int, of y: UnsafePointer<Float>, into x: UnsafeMutablePointer<Float>, samples: Int,
    workers: Workers
  ) {
    let total = total
    let first = channels[..<index].reduce(0, +)
    let count = channels[index]
    workers.forEach(samples) { sample in
      for pixel in sample * pixels..<(sample + 1) * pixels {
        (x + pixel * count).update(from: y + pixel * total + first, count: count)
      }
    }
  }
}
