/// Where the landmarks of one subject of DISFA lie, a MATLAB file a frame.
struct DISFALandmarks: Sendable {
  /// Frame, counted from 1 → file.
  private var files: [Int: String] = [:]

  init() {}

  /// Finds the files of a subject.
  ///
  /// Some subjects' files are numbered from 0, some from 1; the first says which.
  ///
  /// - Throws: What the sink throws.
  init(_ root: DatasetRoot, _ subject: String, _ sink: RecordSink) throws {
    let top = "\(DISFAAdapter.landmarks)/\(subject)"
    for folder in ["tmp_frame_lm", "frame_lm"].map({ "\(top)/\($0)" }) {
      for name in root.names(in: folder) {
        var stem = DatasetRoot.stem(name)[...]
        if stem.hasSuffix("_lm") { stem = stem.dropLast(3) }
        guard name.lowercased().hasSuffix(".mat"), let number = SequenceTree.frame(stem) else {
          try sink.reject(
            Rejection(
              file: "\(folder)/\(name)", line: nil,
              reason: "its name does not say which frame it is of"))
          continue
        }
        files[number] = "\(folder)/\(name)"
      }
    }
    let first = files.keys.min() ?? 1
    if let file = files[first] {
      sink.note("landmark files are numbered from \(first == 0 ? 0 : 1)", file)
    }
    if first == 0 { files = Dictionary(uniqueKeysWithValues: files.map { ($0.key + 1, $0.value) }) }
  }

  /// The landmarks of a frame; nil where there are none that can be used.
  ///
  /// - Throws: What the sink throws.
  func points(
    of frame: Int, _ root: DatasetRoot, _ sink: RecordSink
  ) throws -> [PictureRecord.Point]? {
    guard let file = files[frame] else { return nil }
    return try sink.rejecting(file) {
      guard let matrix = try MATFile(root.contents(file)).matrices["pts"] else {
        throw BadRecord("there is no matrix `pts` in it")
      }
      guard [66, 68].contains(matrix.rows), matrix.columns == 2 else {
        throw BadRecord("`pts` is \(matrix.rows) × \(matrix.columns), not 66 × 2 or 68 × 2")
      }
      guard matrix.values.allSatisfy(\.isFinite) else {
        throw BadRecord("`pts` holds values that are no numbers")
      }
      return (0..<matrix.rows).map {
        .init(x: matrix.values[2 * $0], y: matrix.values[2 * $0 + 1])
      }
    }
  }
}
