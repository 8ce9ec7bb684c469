extension Picture {
  /// The picture in another size.
  ///
  /// `bilinear` and `box` run over rows first, then over columns, with 8-bit samples in between,
  /// and agree with the Python Imaging Library's `resize` of the same names to one grey level.
  ///
  /// - Precondition: Both new sides and the picture's own are at least 1.
  public func resized(width: Int, height: Int, filter: ResizeFilter = .bilinear) -> Picture {
    precondition(width > 0 && height > 0 && self.width > 0 && self.height > 0, "an empty picture")
    if width == self.width && height == self.height { return self }
    if filter == .nearest { return sampled(width: width, height: height) }
    var result = self
    if width != self.width {
      result = result.withRows(resampledBy: .taps(from: self.width, to: width, filter: filter))
    }
    if height != self.height {
      result = result.withColumns(resampledBy: .taps(from: self.height, to: height, filter: filter))
    }
    return result
  }

  /// The part of the picture in a rectangle; what lies outside the picture is black.
  ///
  /// - Precondition: `width` and `height` are at least 0.
  public func cropped(x: Int, y: Int, width: Int, height: Int) -> Picture {
    if x == 0, y == 0, width == self.width, height == self.height { return self }
    var pixels = [UInt8](repeating: 0, count: width * height * channels)
    let columns = max(x, 0)..<max(max(x, 0), min(x + width, self.width))
    for row in max(y, 0)..<max(max(y, 0), min(y + height, self.height)) where !columns.isEmpty {
      let source = (row * self.width + columns.lowerBound) * channels
      let target = ((row - y) * width + columns.lowerBound - x) * channels
      let length = columns.count * channels
      pixels[target..<target + length] = self.pixels[source..<source + length]
    }
    return Picture(width: width, height: height, channels: channels, pixels: pixels)
  }

  private func sampled(width: Int, height: Int) -> Picture {
    let columns = (0..<width).map { ($0 * 2 + 1) * self.width / (width * 2) }
    var pixels: [UInt8] = []
    pixels.reserveCapacity(width * height * channels)
    for y in 0..<height {
      let row = (y * 2 + 1) * self.height / (height * 2) * self.width
      for x in columns {
        pixels.append(contentsOf: self.pixels[(row + x) * channels..<(row + x + 1) * channels])
      }
    }
    return Picture(width: width, height: height, channels: channels, pixels: pixels)
  }

  private func withRows(resampledBy taps: [ResizeTap]) -> Picture {
    var result = [UInt8](repeating: 0, count: taps.count * height * channels)
    pixels.withUnsafeBufferPointer { source in
      for y in 0..<height {
        for (x, tap) in taps.enumerated() {
          for channel in 0..<channels {
            let first = (y * width + tap.first) * channels + channel
            result[(y * taps.count + x) * channels + channel] = tap.apply(
              source, from: first, step: channels)
          }
        }
      }
    }
    return Picture(width: taps.count, height: height, channels: channels, pixels: result)
  }

  private func withColumns(resampledBy taps: [ResizeTap]) -> Picture {
    let stride = width * channels
    var result = [UInt8](repeating: 0, count: taps.count * stride)
    pixels.withUnsafeBufferPointer { source in
      for (y, tap) in taps.enumerated() {
        for at in 0..<stride {
          result[y * stride + at] = tap.apply(source, from: tap.first * stride + at, step: stride)
        }
      }
    }
    return Picture(width: width, height: taps.count, channels: channels, pixels: result)
  }
}

extension [ResizeTap] {
  fileprivate static func taps(from: Int, to: Int, filter: ResizeFilter) -> [ResizeTap] {
    ResizeTap.taps(from: from, to: to, filter: filter)
  }
}

extension ResizeTap {
  /// The weighted sum of samples `step` apart, rounded to 0…255.
  fileprivate func apply(
    _ source: UnsafeBufferPointer<UInt8>, from first: Int, step: Int
  ) -> UInt8 {
    var sum: Int32 = 1 << (ResizeTap.precision - 1)
    var at = first
    for weight in weights {
      sum &+= Int32(source[at]) &* weight
      at += step
    }
    return UInt8(clamping: sum >> Int32(ResizeTap.precision))
  }
}
