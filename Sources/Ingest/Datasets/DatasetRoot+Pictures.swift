import Foundation
import Raster

extension DatasetRoot {
  /// Reads the picture of a sample: a file, or a row of `fer2013.csv`.
  ///
  /// - Throws: `PictureError` if it is gone, damaged or too large, or its path leaves the root.
  func picture(at path: String) throws -> Picture {
    if let picture = FERPicture(path: path) { return try picture.read(from: self) }
    return try Picture.read(try pictureFile(path))
  }

  /// Width and height of the picture of a sample, from its header alone.
  ///
  /// - Throws: `PictureError` if it is gone, no picture or too large, or its path leaves the root.
  func pictureSize(at path: String) throws -> (width: Int, height: Int) {
    if FERPicture(path: path) != nil { return (FERPicture.side, FERPicture.side) }
    let header = try PictureHeader.read(try pictureFile(path))
    return (header.width, header.height)
  }

  private func pictureFile(_ path: String) throws -> URL {
    guard let url = url(of: path) else {
      throw PictureError(
        kind: .unreadable, file: path, reason: "the path leaves the data set's folder")
    }
    return url
  }
}
