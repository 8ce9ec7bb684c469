/// The product of two NHWC batches; one of them may have one factor a channel.
struct Multiplication: Sendable {
  /// Shape of one output sample.
  let output: Shape
  /// The input that may be one factor a channel: 0 or 1.
  let gate: Int
  /// Whether it is.
  let isChannelwise: Bool

  /// The product of inputs of these shapes, which the graph has checked.
  init(_ first: Shape, _ second: Shape) {
    gate = first.count < second.count ? 0 : 1
    output = gate == 0 ? second : first
    isChannelwise = first != second
  }

  /// The other input.
  var signal: Int { 1 - gate }

  /// y = signal ⊙ gate; y and signal may be the same memory.
  func forward(
    signal: UnsafePointer<Float>, gate: UnsafePointer<Float>,
    into y: UnsafeMutablePointer<Float>, samples: Int, workers: Workers
  ) {
    workers.forEach(samples) { sample in
      let first = sample * output.count
      guard isChannelwise else {
        for place in first..<first + output.count { y[place] = signal[place] * gate[place] }
        return
      }
      let factors = gate + sample * output.channels
      for pixel in 0..<output.pixels {
        let place = first + pixel * output.channels
        for c in 0..<output.channels { y[place + c] = signal[place + c] * factors[c] }
      }
    }
  }

  /// The gradient of the gate, from that of the output: dy ⊙ signal, summed over the pixels if it
  /// has one factor a channel.
  func gateGradient(
    _ dy: UnsafePointer<Float>, signal: UnsafePointer<Float>,
    into dGate: UnsafeMutablePointer<Float>, samples: Int, workers: Workers
  ) {
    workers.forEach(samples) { sample in
      let first = sample * output.count
      guard isChannelwise else {
        for place in first..<first + output.count { dGate[place] = dy[place] * signal[place] }
        return
      }
      let sums = dGate + sample * output.channels
      sums.update(repeating: 0, count: output.channels)
      for pixel in 0..<output.pixels {
        let place = first + pixel * output.channels
        for c in 0..<output.channels { sums[c] += dy[place + c] * signal[place + c] }
      }
    }
  }
}
