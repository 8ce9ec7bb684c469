internal import Raster

/// AffectNet's first release: lists of pictures with boxes, landmarks and expressions.
///
/// Every fifth person is in the validation list. Valence and arousal are not known (−2), and
/// pictures of a pain set have no expression of the list (8, none).
struct AffectNetFaceWriter: FaceLayoutWriter {
  private static let lists = "Manually_Annotated_file_lists"
  private static let header =
    "subDirectory_filePath,face_x,face_y,face_width,face_height,facial_landmarks,expression,"
    + "valence,arousal"

  var labelFiles: [(path: String, header: String?)] {
    ["training", "validation"].map {
      ("\(AffectNetFaceWriter.lists)/\($0).csv", AffectNetFaceWriter.header)
    }
  }

  func record(_ drawn: DrawnFace) -> FaceRecord {
    let sample = drawn.sample
    let place = "\(sample.person + 1)/\(sample.name).png"
    let points = drawn.image.landmarks
    let (left, right) = (points.map(\.x).min() ?? 0, points.map(\.x).max() ?? 0)
    let (top, bottom) = (points.map(\.y).min() ?? 0, points.map(\.y).max() ?? 0)
    let cells = [
      place, decimal(left.rounded()), decimal(top.rounded()), decimal((right - left).rounded()),
      decimal((bottom - top).rounded()),
      points.map { "\(decimal($0.x, 2));\(decimal($0.y, 2))" }.joined(separator: ";"),
      String(sample.affectNetExpression), "-2", "-2",
    ]
    let list = sample.isForValidation ? "validation" : "training"
    return FaceRecord(
      files: [("Manually_Annotated_Images/\(place)", drawn.image.picture.pngData())],
      lines: [("\(AffectNetFaceWriter.lists)/\(list).csv", cells.joined(separator: ","))])
  }
}

/// AffectNet's second release: a JPEG and four small NumPy files a picture.
struct AffectNet2FaceWriter: FaceLayoutWriter {
  let labelFiles: [(path: String, header: String?)] = []

  func record(_ drawn: DrawnFace) -> FaceRecord {
    let sample = drawn.sample
    let folder = sample.isForValidation ? "val_set" : "train_set"
    let number = sample.person * 10_000 + sample.index
    let notes = "\(folder)/annotations/\(number)"
    let landmarks = drawn.image.landmarks.flatMap { [Double($0.x), Double($0.y)] }
    return FaceRecord(files: [
      ("\(folder)/images/\(number).jpg", drawn.image.picture.jpegData()),
      ("\(notes)_exp.npy", FaceArrayFile.numpy(String(sample.affectNetExpression))),
      ("\(notes)_val.npy", FaceArrayFile.numpy("-2")),
      ("\(notes)_aro.npy", FaceArrayFile.numpy("-2")),
      ("\(notes)_lnd.npy", FaceArrayFile.numpy(landmarks)),
    ])
  }
}

extension FaceSample {
  /// AffectNet's number of the expression: 0…7, or 8 for none.
  var affectNetExpression: Int {
    FaceRecipe.Expression.emotions.firstIndex { $0.rawValue == label } ?? 8
  }

  /// Whether the person is among the fifth that is kept for validation.
  var isForValidation: Bool { person % 5 == 4 }
}
