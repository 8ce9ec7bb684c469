internal import CTurboJPEG
internal import Foundation

/// JPEG by libjpeg-turbo's TurboJPEG.
enum JPEGFormat {
  /// Decodes a baseline or progressive picture: grey to 1 channel, all else to 3.
  ///
  /// - Throws: `PictureError` of kind `damaged` or `tooLarge`.
  static func decode(
    _ bytes: [UInt8], name: String, limits: PictureLimits
  ) throws(PictureError) -> Picture {
    guard let decoder = tjInitDecompress() else {
      throw PictureError(kind: .damaged, file: name, reason: "the JPEG decoder cannot start")
    }
    defer { tjDestroy(decoder) }
    var (width, height, subsampling, space) = (Int32(0), Int32(0), Int32(0), Int32(0))
    let length = UInt(bytes.count)
    guard
      tjDecompressHeader3(decoder, bytes, length, &width, &height, &subsampling, &space) == 0,
      width > 0, height > 0
    else { throw damaged(decoder, name) }
    // The decoder's own reading of the header counts, not only ours.
    guard Int(width) * Int(height) <= limits.pixels else {
      throw PictureError(
        kind: .tooLarge, file: name,
        reason: "\(width) × \(height) pixels are above the limit of \(limits.pixels)")
    }
    let fourInks = space == TJCS_CMYK.rawValue || space == TJCS_YCCK.rawValue
    let grey = space == TJCS_GRAY.rawValue
    let format = fourInks ? TJPF_CMYK : grey ? TJPF_GRAY : TJPF_RGB
    let samples = fourInks ? 4 : grey ? 1 : 3
    var pixels = [UInt8](repeating: 0, count: Int(width) * Int(height) * samples)
    let flags = Int32(TJFLAG_ACCURATEDCT | TJFLAG_LIMITSCANS)
    let result = tjDecompress2(
      decoder, bytes, length, &pixels, width, 0, height, Int32(format.rawValue), flags)
    // The decoder's error code does not tell a cut file from a harmless oddity; its message does.
    if result != 0, !isHarmless(decoder) {
      throw damaged(decoder, name)
    }
    return Picture(
      width: Int(width), height: Int(height), channels: grey ? 1 : 3,
      pixels: fourInks ? rgb(fromInverted: pixels) : pixels)
  }

  /// Red, green, blue of cyan, magenta, yellow, black as Adobe's programs store them: inverted.
  private static func rgb(fromInverted inks: [UInt8]) -> [UInt8] {
    var pixels: [UInt8] = []
    pixels.reserveCapacity(inks.count / 4 * 3)
    for at in stride(from: 0, to: inks.count, by: 4) {
      let black = Int(inks[at + 3])
      for ink in inks[at..<at + 3] { pixels.append(UInt8((Int(ink) * black + 127) / 255)) }
    }
    return pixels
  }

  private static func message(_ decoder: tjhandle) -> String {
    tjGetErrorStr2(decoder).map { String(cString: $0) } ?? "unknown"
  }

  /// Whether the last message is one of those that leave every pixel as it was meant.
  private static func isHarmless(_ decoder: tjhandle) -> Bool {
    let text = message(decoder)
    return ["extraneous bytes before marker", "Unknown Adobe color transform", "JFIF revision"]
      .contains { text.contains($0) }
  }

  private static func damaged(_ decoder: tjhandle, _ name: String) -> PictureError {
    PictureError(
      kind: .damaged, file: name,
      reason: "the JPEG is truncated or corrupt (\(message(decoder)))")
  }
}
