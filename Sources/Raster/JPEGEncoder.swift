internal import CTurboJPEG

extension Picture {
  /// The picture as a baseline JPEG file without chroma subsampling.
  ///
  /// - Parameter quality: 1 (coarse) to 100 (fine).
  /// - Returns: The file's bytes; equal pictures give equal bytes.
  /// - Precondition: The picture has at least one pixel and at most 65,500 a side.
  public func jpegData(quality: Int = 95) -> [UInt8] {
    precondition((1...65_500).contains(width) && (1...65_500).contains(height), "JPEG size")
    let grey = channels == 1
    var buffer: UnsafeMutablePointer<UInt8>?
    var length: UInt = 0
    defer { tjFree(buffer) }
    guard let encoder = tjInitCompress() else { fatalError("the JPEG encoder has no memory") }
    defer { tjDestroy(encoder) }
    let result = tjCompress2(
      encoder, pixels, Int32(width), 0, Int32(height),
      Int32((grey ? TJPF_GRAY : TJPF_RGB).rawValue), &buffer, &length,
      Int32((grey ? TJSAMP_GRAY : TJSAMP_444).rawValue), Int32(min(max(quality, 1), 100)),
      Int32(TJFLAG_ACCURATEDCT))
    guard result == 0, let buffer else { fatalError("the JPEG encoder has no memory") }
    return [UInt8](UnsafeBufferPointer(start: buffer, count: Int(length)))
  }
}
