import Foundation

/// DISFA: a file of intensities an action unit and subject, and the videos' frames as pictures.
///
/// `ActionUnit_Labels/SN001/SN001_au1.txt`; `<any folder>/SN001/<frame>.{png,jpg}`, for example one
/// folder a camera; `Landmark_Points/SN001/{tmp_frame_lm,frame_lm}/*_lm.mat`.
enum DISFAAdapter: DatasetAdapter {
  static let format = "disfa"
  static let labels = "ActionUnit_Labels"
  static let landmarks = "Landmark_Points"

  static func recognises(_ root: DatasetRoot) -> Recognition {
    root.file == nil && root.isFolder(labels) ? .certain : .no
  }

  static func read(_ root: DatasetRoot, into sink: RecordSink) throws {
    let subjects = root.folders(in: labels)
    guard !subjects.isEmpty else {
      throw IngestError(
        "\(root.folder.path) has no folder \(labels)/<subject>",
        advice: "name the folder that holds \(labels)")
    }
    let cameras = cameras(root, subjects)
    if cameras.isEmpty {
      try sink.reject(
        Rejection(
          file: labels, line: nil,
          reason: "there are no frames: extract those of the videos to <a folder>/<subject>/"
            + "<frame>.png"
        ))
    }
    for camera in cameras {
      let place = camera.isEmpty ? "" : camera + "/"
      for subject in root.folders(in: camera) where !subjects.contains(subject) {
        guard !root.pictures(in: place + subject).isEmpty else { continue }
        try sink.reject(
          Rejection(
            file: place + subject, line: nil, reason: "there are no action unit labels of it"))
      }
    }
    for subject in subjects { try read(root, subject, cameras, into: sink) }
  }

  private static func read(
    _ root: DatasetRoot, _ subject: String, _ cameras: [String], into sink: RecordSink
  ) throws {
    let grades =
      sink.wantsLabels ? try DISFAGrades(root, "\(labels)/\(subject)", sink) : DISFAGrades()
    let points = sink.wantsLabels ? try DISFALandmarks(root, subject, sink) : DISFALandmarks()
    var met: Set<Int> = []
    for camera in cameras {
      let folder = camera.isEmpty ? subject : "\(camera)/\(subject)"
      let frames = root.pictures(in: folder).compactMap { name in
        SequenceTree.frame(DatasetRoot.stem(name)).map { (name: name, number: $0) }
      }
      // Labels count from 1; so do most extracted frames.
      let first = frames.contains { $0.number == 0 } ? 0 : 1
      if first == 0, sink.wantsLabels {
        sink.note("frames are numbered from 0: picture n is frame n + 1 of the labels", folder)
      }
      for (name, number) in frames {
        let frame = number - first + 1
        var record = PictureRecord(
          path: "\(folder)/\(name)", subject: subject,
          sequence: camera.isEmpty ? nil : camera, frame: frame)
        if sink.wantsLabels {
          met.insert(frame)
          guard let coding = grades.coding(of: frame) else {
            try sink.reject(
              Rejection(
                file: record.path, line: nil,
                reason: "there are no action unit labels of frame \(frame)"))
            continue
          }
          record.coding = coding
        }
        // The landmarks are those of the left camera.
        let hasPoints = sink.wantsLabels && !camera.lowercased().contains("right")
        try sink.deferred { [record] sink in
          var record = record
          if hasPoints { record.landmarks = try points.points(of: frame, root, sink) }
          try sink.sample(record)
        }
      }
    }
    guard sink.wantsLabels else { return }
    let missing = grades.frames.subtracting(met)
    guard !missing.isEmpty else { return }
    try sink.reject(
      Rejection(
        file: "\(labels)/\(subject)", line: nil,
        reason: "\(missing.count) labelled frames have no picture: \(FrameRanges.text(missing))"))
  }

  /// Folders, at most two levels below the root, that hold pictures in folders of the subjects.
  private static func cameras(_ root: DatasetRoot, _ subjects: [String]) -> [String] {
    func holdsFrames(_ folder: String) -> Bool {
      subjects.contains {
        !root.pictures(in: folder.isEmpty ? $0 : "\(folder)/\($0)").isEmpty
      }
    }
    var found = holdsFrames("") ? [""] : []
    for folder in root.folders()
    where ![labels, landmarks].contains(folder) && !subjects.contains(folder) {
      if holdsFrames(folder) { found.append(folder) }
      for inner in root.folders(in: folder) where !subjects.contains(inner) {
        if holdsFrames("\(folder)/\(inner)") { found.append("\(folder)/\(inner)") }
      }
    }
    return found
  }
}

/// Numbers of frames in few words.
enum FrameRanges {
  /// For example `3–7, 9, 12–40`; at most eight parts.
  static func text(_ frames: Set<Int>) -> String {
    var ranges: [ClosedRange<Int>] = []
    for frame in frames.sorted() {
      if let last = ranges.last, last.upperBound + 1 == frame {
        ranges[ranges.count - 1] = last.lowerBound...frame
      } else {
        ranges.append(frame...frame)
      }
    }
    let parts = ranges.prefix(8).map {
      $0.count == 1 ? "\($0.lowerBound)" : "\($0.lowerBound)–\($0.upperBound)"
    }
    return parts.joined(separator: ", ") + (ranges.count > 8 ? ", …" : "")
  }
}
