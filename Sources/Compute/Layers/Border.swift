/// A border around NHWC images.
struct Border: Sendable {
  /// Shape of one input sample.
  let input: Shape
  /// Shape of one output sample.
  let output: Shape
  /// The width of the border.
  let padding: Padding
  /// What it is filled with.
  let value: PadValue

  /// [samples, input] → [samples, output].
  func forward(
    _ x: UnsafePointer<Float>, into y: UnsafeMutablePointer<Float>, samples: Int, workers: Workers
  ) {
    workers.forEach(samples) { sample in
      (y + sample * output.count).update(repeating: value.number, count: output.count)
      forEachLine(of: sample) { inner, outer in
        (y + outer).update(from: x + inner, count: input.width * input.channels)
      }
    }
  }

  /// What lies inside the border: the gradient of the input, from that of the output.
  func crop(
    _ dy: UnsafePointer<Float>, into dx: UnsafeMutablePointer<Float>, samples: Int,
    workers: Workers
  ) {
    workers.forEach(samples) { sample in
      forEachLine(of: sample) { inner, outer in
        (dx + inner).update(from: dy + outer, count: input.width * input.channels)
      }
    }
  }

  private func forEachLine(of sample: Int, _ body: (_ inner: Int, _ outer: Int) -> Void) {
    for line in 0..<input.height {
      let pixel = (line + padding.top) * output.width + padding.left
      body(
        sample * input.count + line * input.width * input.channels,
        sample * output.count + pixel * output.channels)
    }
  }
}
