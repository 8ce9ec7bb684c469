/// How large a picture may be before it is refused, so that no file can exhaust the memory.
public struct PictureLimits: Sendable, Equatable {
  /// The largest number of pixels, width × height.
  public var pixels: Int
  /// The largest file, in bytes.
  public var fileBytes: Int

  /// Limits on pixels and on file size.
  public init(pixels: Int = 64_000_000, fileBytes: Int = 256_000_000) {
    self.pixels = pixels
    self.fileBytes = fileBytes
  }

  /// 64 megapixels and 256 MB.
  public static let `default` = PictureLimits()

  /// Refuses a picture whose header announces more pixels than allowed.
  ///
  /// - Throws: `PictureError` of kind `tooLarge`, or `damaged` for a picture without pixels.
  func check(_ header: PictureHeader, name: String) throws(PictureError) {
    guard header.width > 0, header.height > 0 else {
      throw PictureError(kind: .damaged, file: name, reason: "its header says that it is empty")
    }
    // Both sides are below 2³¹, so the product cannot overflow.
    guard header.width * header.height <= pixels else {
      throw PictureError(
        kind: .tooLarge, file: name,
        reason: "\(header.width) × \(header.height) pixels are above the limit of \(pixels)")
    }
  }
}
