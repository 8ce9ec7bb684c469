internal import Raster

/// The `folder` layout: a folder a class.
struct FolderFaceWriter: FaceLayoutWriter {
  let labelFiles: [(path: String, header: String?)] = []

  func record(_ drawn: DrawnFace) -> FaceRecord {
    let sample = drawn.sample
    return FaceRecord(
      files: [("\(sample.label)/\(sample.name).png", drawn.image.picture.pngData())])
  }
}
