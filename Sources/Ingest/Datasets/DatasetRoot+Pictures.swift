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

  /// What the picture of a sample says of itself, from its header alone.
  ///
  /// - Throws: `PictureError` if it is gone, no picture or too large, or its path leaves the root.
  func pictureFacts(at path: String) throws(PictureError) -> PictureFacts {
    if let row = FERPicture(path: path) {
      var status = stat()
      let isThere = self.path(of: row.file).map { stat($0, &status) == 0 } ?? false
      return PictureFacts(
        width: FERPicture.side, height: FERPicture.side, stamp: isThere ? .init(status) : nil)
    }
    let descriptor: Int32
    switch open(path) {
    case .outside: throw outside(path)
    case .failed(let code): throw PictureError(opening: start + path, failedWith: code)
    case .file(let opened): descriptor = opened
    }
    defer { close(descriptor) }
    let header = try PictureHeader.read(descriptor, name: start + path)
    var status = stat()
    let isThere = fstat(descriptor, &status) == 0
    return PictureFacts(
      width: header.width, height: header.height, stamp: isThere ? .init(status) : nil)
  }

  private func pictureFile(_ path: String) throws -> URL {
    guard let url = url(of: path) else { throw outside(path) }
    return url
  }

  private func outside(_ path: String) -> PictureError {
    PictureError(kind: .unreadable, file: path, reason: "the path leaves the data set's folder")
  }
}

/// What is known of a picture without its being decoded.
struct PictureFacts: Sendable, Equatable {
  let width: Int
  let height: Int
  let stamp: SampleRecord.PictureStamp?
}

extension SampleRecord.PictureStamp {
  /// The stamp of a file.
  init(_ status: stat) {
    let time = status.st_mtim
    let (whole, overflows) = time.tv_sec.multipliedReportingOverflow(by: 1_000_000_000)
    self.init(bytes: Int(status.st_size), modified: overflows ? 0 : whole &+ time.tv_nsec)
  }
}
