import Foundation
import Raster

/// UNBC-McMaster Shoulder Pain: frames of videos, with pain, action units and landmarks a frame.
///
/// `Images/<subject>/<sequence>/<frame>.png`; `Frame_Labels/PSPI/…/<frame>_facs.txt` (or `_pspi`),
/// `Frame_Labels/FACS/…/<frame>_facs.txt`, `AAM_landmarks/…/<frame>_aam.txt`,
/// `Sequence_Labels/{AFF,OPR,SEN,VAS}/<subject>/<sequence>.txt`. The label of the task `pain` is
/// `pain` where PSPI is above 0.
enum UNBCAdapter: DatasetAdapter {
  static let format = "unbc"
  /// The action units that all frames were coded for; others occur in some.
  ///
  /// Source: Lucey, Cohn, Prkachin, Solomon & Matthews (2011).
  static let coded: Set<Int> = [4, 6, 7, 9, 10, 12, 20, 25, 26, 27, 43]
  private static let pain = SequenceTree.Labels(
    top: "Frame_Labels/PSPI", suffixes: ["_facs.txt", "_pspi.txt"])
  private static let facs = SequenceTree.Labels(top: "Frame_Labels/FACS", suffixes: ["_facs.txt"])
  private static let landmarks = SequenceTree.Labels(top: "AAM_landmarks", suffixes: ["_aam.txt"])

  static func recognises(_ root: DatasetRoot) -> Recognition {
    root.file == nil && root.isFolder("Images") && root.isFolder("Frame_Labels") ? .certain : .no
  }

  static func read(_ root: DatasetRoot, into sink: RecordSink) throws {
    guard root.isFolder("Images") else {
      throw IngestError(
        "\(root.folder.path) has no folder Images",
        advice: "name the folder that holds Images and Frame_Labels")
    }
    let tree = SequenceTree(root: root)
    try tree.read("Images", labels: [pain, facs, landmarks], into: sink) { place in
      try sequenceScores(root, place, sink)
    } complete: { record, frame, sink in
      guard try addPain(root, frame, to: &record, sink) else { return false }
      if let file = facs.files(of: frame).first,
        try !tree.addCodes(file, lookedFor: coded, to: &record, sink)
      {
        sink.note("a frame has no FACS file: its action units are unknown", record.path)
      }
      for file in landmarks.files(of: frame) { try tree.addLandmarks(file, to: &record, sink) }
      if let url = root.url(of: record.path), BlackFrames.isNearlyBlack(url) {
        sink.note("a frame is nearly black", record.path)
      }
      return true
    }
  }

  /// Adds PSPI and the label that follows from it; false if the frame has none.
  private static func addPain(
    _ root: DatasetRoot, _ frame: String, to record: inout PictureRecord, _ sink: RecordSink
  ) throws -> Bool {
    let files = pain.files(of: frame)
    guard let index = files.firstIndex(where: root.exists) else {
      try sink.reject(
        Rejection(file: record.path, line: nil, reason: "the picture has no PSPI file"))
      return false
    }
    if index == 1 { sink.note("PSPI stands in files that end in _pspi", files[1]) }
    let pspi = try sink.rejecting(files[index]) {
      try NumberLines(root.contents(files[index])).number(in: 0...16, what: "a PSPI 0–16")
    }
    guard let pspi else { return false }
    record.scores["pspi"] = pspi
    record.labels["pain"] = Labels.pain[pspi > 0 ? 1 : 0]
    return true
  }

  private static func sequenceScores(
    _ root: DatasetRoot, _ place: String, _ sink: RecordSink
  ) throws -> [String: Double] {
    var scores: [String: Double] = [:]
    for kind in ["AFF", "OPR", "SEN", "VAS"] {
      let file = "Sequence_Labels/\(kind)/\(place).txt"
      guard root.exists(file) else { continue }
      scores[kind.lowercased()] = try sink.rejecting(file) {
        try NumberLines(root.contents(file)).number(in: -100...100, what: "a score")
      }
    }
    return scores
  }
}
