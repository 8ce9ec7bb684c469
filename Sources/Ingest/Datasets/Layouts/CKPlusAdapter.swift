import Foundation

/// Extended Cohn-Kanade (CK+): sequences from neutral to the peak, labelled at the last frame.
///
/// `cohn-kanade-images/S010/001/S010_001_00000014.png`, and beside it in the same shape
/// `FACS/…_facs.txt`, `Emotion/…_emotion.txt`, `Landmarks/…_landmarks.txt`. Frames without labels
/// are samples without labels.
enum CKPlusAdapter: DatasetAdapter {
  static let format = "ckplus"
  /// The order of the numbers, as the data set's ReadMe has it.
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
    func labels(_ name: String, _ suffix: String) -> SequenceTree.Labels {
      .init(top: names.first { [name, "\(name)_labels"].contains($0) } ?? name, suffixes: [suffix])
    }
    let facs = labels("FACS", "_facs.txt")
    let emotion = labels("Emotion", "_emotion.txt")
    let landmarks = labels("Landmarks", "_landmarks.txt")
    if sink.wantsLabels {
      let order = emotions.enumerated().map { "\($0.offset) \($0.element)" }
      sink.note("emotions are read as \(order.joined(separator: ", "))", emotion.top)
    }
    let tree = SequenceTree(root: root)
    try tree.read(pictures, labels: [facs, emotion, landmarks], into: sink) { record, frame, sink in
      for file in facs.files(of: frame) {
        _ = try tree.addCodes(file, lookedFor: coded, to: &record, sink)
      }
      for file in emotion.files(of: frame) { try addEmotion(root, file, to: &record, sink) }
      for file in landmarks.files(of: frame) { try tree.addLandmarks(file, to: &record, sink) }
      if record.labels.isEmpty && record.coding == nil {
        sink.note("a frame has neither an emotion nor action units", record.path)
      }
      return true
    }
  }

  private static func addEmotion(
    _ root: DatasetRoot, _ file: String, to record: inout PictureRecord, _ sink: RecordSink
  ) throws {
    let index = try sink.reading(file, below: root) { bytes in
      let number = try NumberLines(bytes).number(in: 0...7, what: "an emotion 0–7")
      guard let index = Int(exactly: number) else {
        throw BadRecord("\(number) is not an emotion 0–7")
      }
      return index
    }
    if let index { record.labels["emotion"] = emotions[index] }
  }
}
