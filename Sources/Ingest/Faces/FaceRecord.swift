/// What one picture adds to a set on disk.
struct FaceRecord: Sendable {
  /// Whole files: path inside the set, and bytes.
  var files: [(path: String, bytes: [UInt8])] = []
  /// Lines of the label files: path inside the set, and the line without its end.
  var lines: [(path: String, line: String)] = []
}

/// Puts drawn faces into the files of a layout.
protocol FaceLayoutWriter: Sendable {
  /// Label files that lines are added to, with their first line; nil for none.
  var labelFiles: [(path: String, header: String?)] { get }
  /// The files and lines of a picture.
  func record(_ drawn: DrawnFace) -> FaceRecord
}

extension FaceLayout {
  /// Refuses a set that the layout has no labels for.
  ///
  /// - Throws: `FacesError`.
  func check(_ set: FaceSet) throws {
    guard self != .fer2013 || set == .emotion else {
      throw FacesError(
        reason: "the layout fer2013 has an emotion for every picture; "
          + "write the pain set as ferplus, unbc or csv")
    }
  }

  /// The writer of the layout.
  func writer(_ options: FaceSetOptions) -> any FaceLayoutWriter {
    switch self {
    case .csv: CSVFaceWriter(set: options.set)
    case .folder: FolderFaceWriter()
    case .affectnet1: AffectNetFaceWriter()
    case .affectnet2: AffectNet2FaceWriter()
    case .unbc: UNBCFaceWriter()
    case .disfa: DISFAFaceWriter()
    case .disfaplus: DISFAPlusFaceWriter()
    case .ckplus: CKPlusFaceWriter()
    case .fer2013: FERFaceWriter(hasVotes: false)
    case .ferplus: FERFaceWriter(hasVotes: true)
    }
  }
}
