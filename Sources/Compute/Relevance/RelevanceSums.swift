/// Sums of relevance over the samples of a batch, in double precision and fixed order.
struct RelevanceSums {
  let shape: Shape
  let samples: Int

  /// Σ of every sample.
  func samples(of relevance: FloatBuffer) -> [Double] {
    (0..<samples).map { sample in
      let values = relevance.start + sample * shape.count
      var sum = 0.0
      for index in 0..<shape.count { sum += Double(values[index]) }
      return sum
    }
  }

  /// Σ over the pixels of every sample and channel, [samples, channels].
  func channels(of relevance: FloatBuffer) -> [Double] {
    let channels = shape.channels
    var sums = [Double](repeating: 0, count: samples * channels)
    for sample in 0..<samples {
      for pixel in 0..<shape.pixels {
        let values = relevance.start + sample * shape.count + pixel * channels
        for channel in 0..<channels { sums[sample * channels + channel] += Double(values[channel]) }
      }
    }
    return sums
  }

  /// Zeroes all channels but these.
  func keep(_ channels: Set<Int>, of relevance: FloatBuffer, workers: Workers) {
    let factors = (0..<shape.channels).map { channels.contains($0) }
    workers.forEach(samples * shape.pixels / max(1, shape.width)) { line in
      let first = relevance.start + line * shape.width * shape.channels
      for pixel in 0..<shape.width {
        let values = first + pixel * shape.channels
        for channel in 0..<shape.channels where !factors[channel] { values[channel] = 0 }
      }
    }
  }
}
