/// How a camera was held, as EXIF notes it: how to turn a picture before it is looked at.
enum Orientation: Int, Sendable {
  case upright = 1
  case mirrored
  case upsideDown
  case flipped
  case transposed
  case turnedRight
  case transversed
  case turnedLeft

  /// Whether width and height change places.
  var swapsSides: Bool { rawValue >= 5 }

  /// The orientation in the content of a JPEG's APP1 segment; nil if it is no EXIF or says none.
  ///
  /// Source: *Exif 2.32*, tag 0x0112 of the first directory of the TIFF part.
  init?(exif segment: ArraySlice<UInt8>) {
    guard segment.starts(with: Array("Exif\0\0".utf8)) else { return nil }
    let tiff = Array(segment.dropFirst(6))
    let isBigEndian = tiff.starts(with: Array("MM".utf8))
    guard isBigEndian || tiff.starts(with: Array("II".utf8)) else { return nil }
    func number(_ at: Int, _ size: Int) -> Int? {
      guard at >= 0, at <= tiff.count - size else { return nil }
      let part = tiff[at..<at + size]
      return (isBigEndian ? Array(part) : part.reversed()).reduce(0) { $0 << 8 | Int($1) }
    }
    guard number(2, 2) == 42, let directory = number(4, 4), let entries = number(directory, 2)
    else { return nil }
    for entry in 0..<entries {
      let at = directory + 2 + 12 * entry
      guard let tag = number(at, 2) else { return nil }
      if tag == 0x0112 {
        // A SHORT stands in the first two of the four bytes of the value.
        guard let value = number(at + 8, 2) else { return nil }
        self.init(rawValue: value)
        return
      }
    }
    return nil
  }
}

extension Picture {
  /// The picture as it is to be looked at.
  func turned(_ orientation: Orientation) -> Picture {
    if orientation == .upright { return self }
    let (lastX, lastY) = (width - 1, height - 1)
    let (newWidth, newHeight) = orientation.swapsSides ? (height, width) : (width, height)
    var turned = [UInt8](repeating: 0, count: pixels.count)
    for y in 0..<newHeight {
      for x in 0..<newWidth {
        let (column, row) =
          switch orientation {
          case .upright: (x, y)
          case .mirrored: (lastX - x, y)
          case .upsideDown: (lastX - x, lastY - y)
          case .flipped: (x, lastY - y)
          case .transposed: (y, x)
          case .turnedRight: (y, lastY - x)
          case .transversed: (lastX - y, lastY - x)
          case .turnedLeft: (lastX - y, x)
          }
        let (to, from) = ((y * newWidth + x) * channels, (row * width + column) * channels)
        for channel in 0..<channels { turned[to + channel] = pixels[from + channel] }
      }
    }
    return Picture(width: newWidth, height: newHeight, channels: channels, pixels: turned)
  }
}
