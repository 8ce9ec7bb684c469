internal import CKernels

/// How a window slides over an image in NHWC order.
///
/// For an output position (y, x), tap (i, j) of the window lies at the virtual row
/// y·stride − padding + i and column x·stride − padding + j. A spread of s puts s − 1 empty pixels
/// between the pixels of the image, which is what the gradient of a strided convolution needs.
struct Window: Sendable {
  /// The image that the window slides over.
  let source: Shape
  /// Height and width of what the window produces.
  let output: Extent
  /// The taps.
  let kernel: Extent
  /// Virtual pixels between neighbouring positions.
  let stride: Extent
  /// Virtual pixels by which the first position lies outside; may be negative.
  let padding: Extent
  /// Virtual pixels between neighbouring pixels of the image.
  var spread = Extent(1)

  /// Positions in one sample.
  var positions: Int { output.area }

  /// Copies what the window sees at positions `rows` of a chunk of samples, a row each.
  ///
  /// A row holds kernel.height × kernel.width × channels numbers. Taps outside the image, and
  /// positions of samples beyond `samples`, are zero.
  func gather(
    _ image: UnsafePointer<Float>, samples: Int, rows: Range<Int>, channels: Range<Int>,
    into columns: UnsafeMutablePointer<Float>
  ) {
    let rowLength = kernel.area * channels.count
    var position = rows.lowerBound
    while position < rows.upperBound {
      let (sample, pixel) = position.quotientAndRemainder(dividingBy: positions)
      let row = columns + (position - rows.lowerBound) * rowLength
      guard sample < samples else {
        row.update(repeating: 0, count: (rows.upperBound - position) * rowLength)
        return
      }
      let (y, firstX) = pixel.quotientAndRemainder(dividingBy: output.width)
      let lastX = min(output.width, firstX + rows.upperBound - position)
      for tap in 0..<kernel.height {
        gatherTapRow(
          image + sample * source.count, tap: tap, y: y, xs: firstX..<lastX, channels: channels,
          into: row + tap * kernel.width * channels.count, rowLength: rowLength)
      }
      position += lastX - firstX
    }
  }

  /// The part of `gather` for one output row and one row of taps.
  private func gatherTapRow(
    _ image: UnsafePointer<Float>, tap: Int, y: Int, xs: Range<Int>, channels: Range<Int>,
    into columns: UnsafeMutablePointer<Float>, rowLength: Int
  ) {
    let length = kernel.width * channels.count
    let sourceY = Window.pixel(
      at: y * stride.height - padding.height + tap, spread: spread.height, side: source.height)
    guard let sourceY else {
      for x in 0..<xs.count { (columns + x * rowLength).update(repeating: 0, count: length) }
      return
    }
    let line = image + sourceY * source.width * source.channels
    let isWhole = channels.count == source.channels && spread.width == 1
    let inside = isWhole ? inside(xs) : xs.lowerBound..<xs.lowerBound
    lethe_copy_lines(
      line + (inside.lowerBound * stride.width - padding.width) * source.channels,
      stride.width * source.channels, columns + (inside.lowerBound - xs.lowerBound) * rowLength,
      rowLength, length, inside.count)
    for x in xs where !inside.contains(x) {
      let target = columns + (x - xs.lowerBound) * rowLength
      let left = x * stride.width - padding.width
      for j in 0..<kernel.width {
        let part = target + j * channels.count
        let sourceX = Window.pixel(at: left + j, spread: spread.width, side: source.width)
        if let sourceX {
          part.update(
            from: line + sourceX * source.channels + channels.lowerBound, count: channels.count)
        } else {
          part.update(repeating: 0, count: channels.count)
        }
      }
    }
  }

  /// The positions among these whose taps all lie within a line of the image, without a spread.
  private func inside(_ xs: Range<Int>) -> Range<Int> {
    let first = padding.width > 0 ? (padding.width + stride.width - 1) / stride.width : 0
    let room = source.width - kernel.width + padding.width
    let end = room < 0 ? 0 : room / stride.width + 1
    let lower = min(max(first, xs.lowerBound), xs.upperBound)
    return lower..<max(lower, min(end, xs.upperBound))
  }

  /// The pixel at a virtual coordinate, nil outside and in the gaps of a spread.
  private static func pixel(at coordinate: Int, spread: Int, side: Int) -> Int? {
    guard coordinate >= 0 else { return nil }
    if spread == 1 { return coordinate < side ? coordinate : nil }
    let (pixel, rest) = coordinate.quotientAndRemainder(dividingBy: spread)
    return rest == 0 && pixel < side ? pixel : nil
  }
}
