import Foundation

/// DISFA+: posed and spontaneous trials, a file of intensities an action unit and trial.
///
/// `Labels/<subject>/<trial>/AU1.txt` with lines `000.jpg 0`, and
/// `<any folder>/<subject>/<trial>/000.jpg`.
enum DISFAPlusAdapter: DatasetAdapter {
  static let format = "disfaplus"
  private static let labels = "Labels"

  static func recognises(_ root: DatasetRoot) -> Recognition {
    guard root.file == nil, let subject = root.folders(in: labels).first,
      let trial = root.folders(in: "\(labels)/\(subject)").first
    else { return .no }
    let names = root.names(in: "\(labels)/\(subject)/\(trial)")
    return names.contains { unit($0) != nil } ? .certain : .no
  }

  static func read(_ root: DatasetRoot, into sink: RecordSink) throws {
    let tree = SequenceTree(root: root)
    let tops = root.folders().filter { $0 != labels }
    let labelled = tree.sequences(below: [labels])
    guard !labelled.isEmpty else {
      throw IngestError(
        "\(root.folder.path) has no folder \(labels)/<subject>/<trial>",
        advice: "name the folder that holds \(labels)")
    }
    for top in tops {
      for place in tree.sequences(below: [top]) where !labelled.contains(place) {
        guard sink.wantsLabels, !root.pictures(in: "\(top)/\(place)").isEmpty else { continue }
        try sink.reject(
          Rejection(
            file: "\(top)/\(place)", line: nil, reason: "there are no action unit labels of it"))
      }
    }
    for place in labelled {
      let folder = tops.map { "\($0)/\(place)" }.first { !root.pictures(in: $0).isEmpty }
      try read(root, place, pictures: folder, into: sink)
    }
  }

  private static func read(
    _ root: DatasetRoot, _ place: String, pictures folder: String?, into sink: RecordSink
  ) throws {
    let names = folder.map { root.pictures(in: $0) } ?? []
    var grades: [String: [Int: Double]] = [:]
    if sink.wantsLabels {
      grades = try self.grades(root, place, pictures: Set(names), sink)
    }
    let parts = place.split(separator: "/").map(String.init)
    for name in names {
      var record = PictureRecord(
        path: "\(folder ?? "")/\(name)", subject: parts[0], sequence: parts[1],
        frame: SequenceTree.frame(DatasetRoot.stem(name)))
      if sink.wantsLabels {
        guard let found = grades[name] else {
          try sink.reject(
            Rejection(
              file: record.path, line: nil, reason: "there are no action unit labels of it"))
          continue
        }
        record.coding = PictureRecord.Coding(
          coded: found.keys.sorted(), present: found.filter { $0.value > 0 }.mapValues { $0 })
      }
      try sink.sample(record)
    }
  }

  /// Picture → action unit → intensity.
  private static func grades(
    _ root: DatasetRoot, _ place: String, pictures: Set<String>, _ sink: RecordSink
  ) throws -> [String: [Int: Double]] {
    var grades: [String: [Int: Double]] = [:]
    for name in root.names(in: "\(labels)/\(place)") {
      let file = "\(labels)/\(place)/\(name)"
      guard let unit = unit(name) else {
        try sink.reject(
          Rejection(
            file: file, line: nil, reason: "its name does not say which action unit it is of"))
        continue
      }
      let text = try sink.rejecting(file) {
        String(decoding: try root.contents(file), as: UTF8.self)
      }
      let lines = text?.split(omittingEmptySubsequences: false) { $0.isNewline } ?? []
      for (index, line) in lines.enumerated() {
        let words = line.split { $0 == "," || $0.isWhitespace }
        guard !words.isEmpty else { continue }
        _ = try sink.rejecting(file, line: index + 1) {
          guard words.count == 2, let grade = Double(words[1]), (0...5).contains(grade) else {
            throw BadRecord("\(BadRecord.quoted(line)) is not a picture and an intensity 0–5")
          }
          guard pictures.contains(String(words[0])) else {
            throw BadRecord("there is no picture \(BadRecord.quoted(words[0])) of this label")
          }
          grades[String(words[0]), default: [:]][unit] = grade
        }
      }
    }
    return grades
  }

  /// The action unit that a file `AU12.txt` is of.
  private static func unit(_ name: String) -> Int? {
    let stem = DatasetRoot.stem(name).lowercased()
    guard stem.hasPrefix("au"), let unit = Int(stem.dropFirst(2)), (1..<1000).contains(unit) else {
      return nil
    }
    return unit
  }
}
