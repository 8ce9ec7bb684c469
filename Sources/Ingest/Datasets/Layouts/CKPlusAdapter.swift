import Foundation

/// Extended Cohn-Kanade (CK+): sequences from neutral to the peak, labelled at the last frame.
///
/// `cohn-kanade-images/S010/001/S010_001_00000014.png`, and beside it in the same shape
/// `FACS/…_facs.txt`, `Emotion/…_emotion.txt`, `Landmarks/…_landmarks.txt`. Frames without labels
/// are samples without labels.
enum CKPlusAdapter: DatasetAdapter {
  static let format = "ckplus"
  /// The data set's own order.
  ///
  /// Source: Lucey, Cohn, Kanade, Saragih, Ambadar & Matthews (2010).
  static let emotions = [
    "neutral", "anger", "contempt", "disgust", "fear", "happiness", "sadness", "surprise",
  ]
  /// The action units that occur in the coded frames.
  ///
  /// Source: table 1 of the same article.
  static let coded: Set<Int> = [
    1, 2, 4, 5, 6, 7, 9, 10, 11, 12, 13, 14, 15, 16, 17, 18, 20, 21, 23, 24, 25, 26, 27, 28, 29, 31,
    34, 38, 39, 43,
  ]
  private static let pictures = "cohn-kanade-images"

  static func recognises(_ root: DatasetRoot) -> Recognition {
    root.file == nil && root.isFolder(pictures) ? .certain : .no
  }

  static func read(_ root: DatasetRoot, into sink: RecordSink) throws {
    guard root.isFolder(pictures) else {
      throw IngestError(
        "\(root.folder.path) has no folder \(pictures)",
        advice: "name the folder that holds \(pictures), FACS, Emotion and Landmarks")
    }
    let names = root.names()
    func tree(_ name: String) -> String {
      names.first { [name, "\(name)_labels"].contains($0) } ?? name
    }
    let (facs, emotion, points) = (tree("FACS"), tree("Emotion"), tree("Landmarks"))
    let places = SequenceTree(root: root)
    let tops = sink.wantsLabels ? [pictures, facs, emotion, points] : [pictures]
    if sink.wantsLabels {
      let order = emotions.enumerated().map { "\($0.offset) \($0.element)" }
      sink.note("emotions are read as \(order.joined(separator: ", "))", emotion)
    }
    for place in places.sequences(below: tops) {
      let found = root.pictures(in: "\(pictures)/\(place)")
      if sink.wantsLabels {
        let stems = Set(found.map(DatasetRoot.stem))
        for (top, suffix) in [
          (facs, "_facs.txt"), (emotion, "_emotion.txt"), (points, "_landmarks.txt"),
        ] {
          try places.refuseOrphans(
            in: "\(top)/\(place)", suffixes: [suffix], stems: stems, sink)
        }
      }
      let parts = place.split(separator: "/").map(String.init)
      for name in found {
        let stem = DatasetRoot.stem(name)
        var record = PictureRecord(
          path: "\(pictures)/\(place)/\(name)", subject: parts[0], sequence: parts[1],
          frame: SequenceTree.frame(stem))
        if sink.wantsLabels {
          try addLabels(
            root, facs: "\(facs)/\(place)/\(stem)_facs.txt",
            emotion: "\(emotion)/\(place)/\(stem)_emotion.txt",
            landmarks: "\(points)/\(place)/\(stem)_landmarks.txt", to: &record, sink)
        }
        try sink.sample(record)
      }
    }
  }

  private static func addLabels(
    _ root: DatasetRoot, facs: String, emotion: String, landmarks: String,
    to record: inout PictureRecord, _ sink: RecordSink
  ) throws {
    if root.exists(facs),
      let found = try sink.rejecting(facs, { try FACSCodes(root.contents(facs)) })
    {
      for bad in found.invalid {
        try sink.reject(Rejection(file: facs, line: bad.line, reason: bad.reason))
      }
      record.coding = found.coding(lookedFor: coded)
    }
    if root.exists(emotion) {
      let number = try sink.rejecting(emotion) {
        let number = try NumberLines(root.contents(emotion)).number(
          in: 0...7, what: "an emotion 0–7")
        guard let index = Int(exactly: number) else {
          throw BadRecord("\(number) is not an emotion 0–7")
        }
        return index
      }
      if let number { record.labels["emotion"] = emotions[number] }
    }
    if root.exists(landmarks) {
      record.landmarks = try sink.rejecting(landmarks) {
        try NumberLines(root.contents(landmarks)).landmarks()
      }
    }
    if record.labels.isEmpty && record.coding == nil {
      sink.note("a frame has neither an emotion nor action units", record.path)
    }
  }
}
