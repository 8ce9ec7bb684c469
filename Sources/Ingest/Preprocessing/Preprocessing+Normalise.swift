import Compute

extension Preprocessing {
  /// The input tensor of stored inputs.
  ///
  /// - Parameters:
  ///   - rows: 8-bit inputs, `[samples, size, size, 3]`, red first.
  ///   - samples: How many they are.
  /// - Returns: `[samples, size, size, 3]` in the order and scale that the network takes.
  func normalise(_ rows: [UInt8], samples: Int) -> Activation {
    let side = geometry.size
    // 256 possible values a channel: a table is exact and fast.
    let tables: [[Float]] = (0..<3).map { channel in
      (0..<256).map { (Float($0) / divisor - mean[channel]) / deviation[channel] }
    }
    var values = [Float](repeating: 0, count: rows.count)
    values.withUnsafeMutableBufferPointer { out in
      rows.withUnsafeBufferPointer { pixels in
        for pixel in stride(from: 0, to: pixels.count, by: 3) {
          switch order {
          case .rgb:
            for c in 0..<3 { out[pixel + c] = tables[c][Int(pixels[pixel + c])] }
          case .bgr:
            for c in 0..<3 { out[pixel + c] = tables[c][Int(pixels[pixel + 2 - c])] }
          case .grey:
            // ITU-R 601-2 luma with Pillow's integer weights.
            let red = Int(pixels[pixel]) * 19595
            let green = Int(pixels[pixel + 1]) * 38470
            let luma = (red + green + Int(pixels[pixel + 2]) * 7471 + 0x8000) >> 16
            for c in 0..<3 { out[pixel + c] = tables[c][luma] }
          }
        }
      }
    }
    return Activation(
      samples: samples, shape: Shape(channels: 3, height: side, width: side), values: values)
  }
}
