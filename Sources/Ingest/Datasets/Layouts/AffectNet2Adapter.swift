import Foundation

/// AffectNet, second release: a JPEG and four small NumPy files a picture.
///
/// `{train,val}_set/images/<id>.jpg`, `{train,val}_set/annotations/<id>_{exp,val,aro,lnd}.npy`.
enum AffectNet2Adapter: DatasetAdapter {
  static let format = "affectnet2"
  private static let parts = [("train_set", "train"), ("val_set", "val")]
  private static let kinds = ["exp", "val", "aro", "lnd"]

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
      var record = PictureRecord(path: path, split: split)
      if sink.wantsLabels {
        let notes = "\(folder)/annotations/\(stem)"
        guard root.exists("\(notes)_exp.npy") else {
          try sink.reject(
            Rejection(file: path, line: nil, reason: "the picture has no expression file"))
          continue
        }
        let read: Void? = try sink.rejecting("\(notes)_exp.npy") {
          let text = try expression(root.contents("\(notes)_exp.npy"))
          try AffectNetLabels.add(expression: text, to: &record, sink)
        }
        guard read != nil else { continue }
        try addNumbers(root, notes, to: &record, sink)
      }
      try sink.sample(record)
    }
    guard sink.wantsLabels else { return }
    for name in root.names(in: "\(folder)/annotations") {
      let kind = kinds.first { name.hasSuffix("_\($0).npy") }
      let stem = kind.map { name.dropLast($0.count + 5) }
      guard let stem, pictures.contains(String(stem)) else {
        try sink.reject(
          Rejection(
            file: "\(folder)/annotations/\(name)", line: nil,
            reason: "there is no picture of this label"))
        continue
      }
    }
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
      guard root.exists(file) else { continue }
      let number = try sink.rejecting(file) {
        let number = try NumPyArray(root.contents(file)).numbers()
        guard number.count == 1, number[0] == -2 || (-1...1).contains(number[0]) else {
          throw BadRecord("\(name) is not a number −1…1, or −2 for none")
        }
        return number[0]
      }
      if let number, number != -2 { record.scores[name] = number }
    }
    let file = "\(notes)_lnd.npy"
    guard root.exists(file) else { return }
    record.landmarks = try sink.rejecting(file) {
      let numbers = try NumPyArray(root.contents(file)).numbers()
      guard numbers.count == 136, numbers.allSatisfy(\.isFinite) else {
        throw BadRecord("\(numbers.count) numbers where 136 landmark coordinates should stand")
      }
      return (0..<68).map { .init(x: numbers[2 * $0], y: numbers[2 * $0 + 1]) }
    }
  }
}
