import Foundation

/// The intensities of one subject of DISFA: a file an action unit, lines `frame,intensity`.
struct DISFAGrades {
  /// Frame → action unit → intensity 0–5.
  private var grades: [Int: [Int: Double]] = [:]

  init() {}

  /// Reads the files of a subject; lines that cannot be used go to the sink.
  ///
  /// - Throws: What the sink throws.
  init(_ root: DatasetRoot, _ folder: String, _ sink: RecordSink) throws {
    for name in root.names(in: folder) {
      let stem = DatasetRoot.stem(name).lowercased()
      let unit = stem.range(of: "au", options: .backwards).flatMap { Int(stem[$0.upperBound...]) }
      guard let unit, unit > 0, unit < 1000 else {
        try sink.reject(
          Rejection(
            file: "\(folder)/\(name)", line: nil,
            reason: "its name does not say which action unit it is of"))
        continue
      }
      let file = "\(folder)/\(name)"
      let text = try sink.rejecting(file) {
        String(decoding: try root.contents(file, atMost: 16 << 20), as: UTF8.self)
      }
      let lines = text?.split(omittingEmptySubsequences: false) { $0.isNewline } ?? []
      for (index, line) in lines.enumerated() {
        try add(line, unit, file, index + 1, sink)
      }
    }
  }

  private mutating func add(
    _ line: Substring, _ unit: Int, _ file: String, _ number: Int, _ sink: RecordSink
  ) throws {
    let words = line.split { $0 == "," || $0 == ";" || $0.isWhitespace }
    guard !words.isEmpty else { return }
    _ = try sink.rejecting(file, line: number) {
      guard words.count == 2, let frame = SequenceTree.frame(words[0]), frame < 1 << 31,
        let grade = Double(words[1]), (0...5).contains(grade)
      else {
        throw BadRecord("\(BadRecord.quoted(line)) is not a frame and an intensity 0–5")
      }
      grades[frame, default: [:]][unit] = grade
    }
  }

  /// Frames that have a label.
  var frames: Set<Int> { Set(grades.keys) }

  /// What is known of a frame's action units; nil: nothing.
  func coding(of frame: Int) -> PictureRecord.Coding? {
    guard let found = grades[frame] else { return nil }
    return PictureRecord.Coding(
      coded: found.keys.sorted(), present: found.filter { $0.value > 0 }.mapValues { $0 })
  }
}
