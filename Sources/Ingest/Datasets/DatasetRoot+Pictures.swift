import Foundation
import Hashing
import Raster
import Warehouse

extension DatasetRoot {
  /// Reads the picture of a sample: a file, or a row of `fer2013.csv`.
  ///
  /// - Throws: `PictureError` if it is gone, damaged or too large, or its path leaves the root.
  func picture(at path: String) throws -> Picture { try digestedPicture(at: path).picture }

  /// Reads the picture of a sample, and SHA-256 of the bytes that it was decoded from.
  ///
  /// - Throws: `PictureError` if it is gone, damaged or too large, or its path leaves the root.
  func digestedPicture(at path: String) throws -> (picture: Picture, digest: String) {
    if let row = FERPicture(path: path) {
      let picture = try row.read(from: self)
      return (picture, SHA256.hex(of: picture.pixels))
    }
    let file = try pictureFile(path)
    let bytes = try Picture.bytes(of: file)
    return (try Picture.decode(bytes, name: file.path), SHA256.hex(of: bytes))
  }

  /// SHA-256 of the bytes of the picture of a sample, as `digestedPicture` has it; nil if it cannot
  /// be read.
  func pictureDigest(at path: String) -> String? {
    if let row = FERPicture(path: path) {
      return (try? row.read(from: self)).map { SHA256.hex(of: $0.pixels) }
    }
    return (try? Picture.bytes(of: pictureFile(path))).map { SHA256.hex(of: $0) }
  }

  /// Width and height of the picture of a sample, from its header alone.
  ///
  /// - Throws: `PictureError` if it is gone, no picture or too large, or its path leaves the root.
  func pictureSize(at path: String) throws -> (width: Int, height: Int) {
    if FERPicture(path: path) != nil { return (FERPicture.side, FERPicture.side) }
    let header = try PictureHeader.read(try pictureFile(path))
    return (header.width, header.height)
  }

  /// What the file system says of the picture of a sample; nil if it is gone.
  func pictureStamp(at path: String) -> SampleRecord.PictureStamp? {
    var status = stat()
    let file = FERPicture(path: path)?.file ?? path
    guard let place = self.path(of: file), stat(place, &status) == 0 else { return nil }
    let time = status.st_mtim
    let (whole, overflows) = time.tv_sec.multipliedReportingOverflow(by: 1_000_000_000)
    return SampleRecord.PictureStamp(
      bytes: Int(status.st_size), modified: overflows ? 0 : whole &+ time.tv_nsec)
  }

  private func pictureFile(_ path: String) throws -> URL {
    guard let url = url(of: path) else {
      throw PictureError(
        kind: .unreadable, file: path, reason: "the path leaves the data set's folder")
    }
    return url
  }
}
