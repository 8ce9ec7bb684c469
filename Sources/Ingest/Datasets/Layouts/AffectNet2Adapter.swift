import Foundation

/// AffectNet, second release: a JPEG and four small NumPy files a picture.
///
/// `{train,val}_set/images/<id>.jpg`, `{train,val}_set/annotations/<id>_{exp,val,aro,lnd}.npy`.
enum AffectNet2Adapter: DatasetAdapter {
  static let format = "affectnet2"
  private static let parts = [("train_set", "train"), ("val_set", "val")]
  /// What stands behind a picture's name in those of its files, all of one length.
  private static let suffixes: Set<Substring> = ["_exp.npy", "_val.npy", "_aro.npy", "_lnd.npy"]

  static func recognises(_ root: DatasetRoot) -> Recognition {
    let isThere = parts.contains {
      root.isFolder("\($0.0)/images") && root.isFolder("\($0.0)/annotations")
    }
    return root.file == nil && isThere ? .certain : .no
  }

  static func read(_ root: DatasetRoot, into sink: RecordSink) throws {
    let there = parts.filter { root.isFolder("\($0.0)/images") }
    guard !there.isEmpty else {
      throw IngestError(
        "\(root.folder.path) has neither train_set/images nor val_set/images",
        advice: "name the folder that holds train_set and val_set")
    }
    for (folder, split) in there {
      try read(root, folder, split: split, into: sink)
    }
  }

  private static func read(
    _ root: DatasetRoot, _ folder: String, split: String, into sink: RecordSink
  ) throws {
    var pictures: Set<String> = []
    for name in root.names(in: "\(folder)/images") {
      let path = "\(folder)/images/\(name)"
      guard DatasetRoot.isPicture(name) else {
        try sink.reject(
          Rejection(file: path, line: nil, reason: "neither a PNG nor a JPEG by its name"))
        continue
      }
      let stem = DatasetRoot.stem(name)
      pictures.insert(stem)
      let record = PictureRecord(path: path, split: split)
      if sink.wantsLabels {
        try sink.deferred { try add(root, "\(folder)/annotations/\(stem)", to: record, $0) }
      } else {
        try sink.sample(record)
      }
    }
    guard sink.wantsLabels else { return }
    let orphans = root.names(in: "\(folder)/annotations") { name in
      let text = name.utf8
      guard let end = text.index(text.endIndex, offsetBy: -8, limitedBy: text.startIndex),
        suffixes.contains(name[end...])
      else { return true }
      return !pictures.contains(String(name[..<end]))
    }
    for name in orphans {
      try sink.reject(
        Rejection(
          file: "\(folder)/annotations/\(name)", line: nil,
          reason: "there is no picture of this label"))
    }
  }

  /// Yields a record with what the files of its picture say.
  private static func add(
    _ root: DatasetRoot, _ notes: String, to record: PictureRecord, _ sink: RecordSink
  ) throws {
    var record = record
    let isLabelled = try sink.rejecting("\(notes)_exp.npy") {
      guard let bytes = try root.contents(ifThere: "\(notes)_exp.npy") else { return false }
      try AffectNetLabels.add(expression: expression(bytes), to: &record, sink)
      return true
    }
    guard let isLabelled else { return }
    guard isLabelled else {
      try sink.reject(
        Rejection(file: record.path, line: nil, reason: "the picture has no expression file"))
      return
    }
    try addNumbers(root, notes, to: &record, sink)
    try sink.sample(record)
  }

  /// The expression as it is written: a number, or a text.
  private static func expression(_ bytes: [UInt8]) throws -> String {
    let array = try NumPyArray(bytes)
    if case .texts(let texts) = array.values, texts.count == 1 { return texts[0] }
    let number = try array.number()
    return Int(exactly: number).map(String.init) ?? String(number)
  }

  private static func addNumbers(
    _ root: DatasetRoot, _ notes: String, to record: inout PictureRecord, _ sink: RecordSink
  ) throws {
    for (kind, name) in [("val", "valence"), ("aro", "arousal")] {
      let file = "\(notes)_\(kind).npy"
      let number = try sink.reading(file, below: root) { bytes in
        let number = try NumPyArray(bytes).numbers()
        guard number.count == 1, number[0] == -2 || (-1...1).contains(number[0]) else {
          throw BadRecord("\(name) is not a number −1…1, or −2 for none")
        }
        return number[0]
      }
      if let number, number != -2 { record.scores[name] = number }
    }
    let file = "\(notes)_lnd.npy"
    record.landmarks = try sink.reading(file, below: root) { bytes in
      let numbers = try NumPyArray(bytes).numbers()
      guard numbers.count == 136, numbers.allSatisfy(\.isFinite) else {
        throw BadRecord("\(numbers.count) numbers where 136 landmark coordinates should stand")
      }
      return (0..<68).map { .init(x: numbers[2 * $0], y: numbers[2 * $0 + 1]) }
    }
  }
}
