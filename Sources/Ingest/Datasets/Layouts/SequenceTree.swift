/// Folders of pictures of videos, `<top>/<subject>/<sequence>/<frame>`, and the trees of label files
/// that lie beside them in the same shape: UNBC-McMaster and CK+.
struct SequenceTree: Sendable {
  let root: DatasetRoot

  /// Paths `<subject>/<sequence>` of the folders below some tops, sorted.
  func sequences(below tops: [String]) -> [String] {
    var found: Set<String> = []
    for top in tops {
      for subject in root.folders(in: top) {
        for sequence in root.folders(in: "\(top)/\(subject)") {
          found.insert("\(subject)/\(sequence)")
        }
      }
    }
    return found.sorted { $0.utf8.lexicographicallyPrecedes($1.utf8) }
  }

  /// Files of labels of one picture each, in the shape of the pictures' tree.
  struct Labels: Sendable {
    /// The folder at its top.
    let top: String
    /// What stands behind the picture's name, for example `_facs.txt`.
    let suffixes: [String]

    /// The files that may belong to a frame `<subject>/<sequence>/<name>`.
    func files(of frame: String) -> [String] { suffixes.map { "\(top)/\(frame)\($0)" } }
  }

  /// Yields the record of every picture with its frame, `<subject>/<sequence>/<name>`, and refuses
  /// labels that belong to no picture, if labels are wanted.
  ///
  /// - Parameters:
  ///   - pictures: The folder at the top of the pictures.
  ///   - labels: What lies beside them.
  ///   - sink: Takes the refusals and the records.
  ///   - scores: The scores of all frames of a sequence `<subject>/<sequence>`, if labels are wanted.
  ///   - complete: Adds labels to a record, if they are wanted; false if it was rejected. May run on
  ///     any thread, and hands on to the sink that it is given.
  /// - Throws: What the sink, `scores` or `complete` throws.
  func read(
    _ pictures: String, labels: [Labels], into sink: RecordSink,
    scores: (_ place: String) throws -> [String: Double] = { _ in [:] },
    complete:
      @escaping @Sendable (inout PictureRecord, _ frame: String, RecordSink) throws -> Bool
  ) throws {
    let tops = [pictures] + (sink.wantsLabels ? labels.map(\.top) : [])
    for place in sequences(below: tops) {
      let names = root.pictures(in: "\(pictures)/\(place)")
      if sink.wantsLabels {
        let stems = Set(names.map(DatasetRoot.stem))
        for tree in labels {
          try refuseOrphans(
            in: "\(tree.top)/\(place)", suffixes: tree.suffixes, stems: stems, sink)
        }
      }
      let parts = place.split(separator: "/").map(String.init)
      let known = sink.wantsLabels && !names.isEmpty ? try scores(place) : [:]
      for name in names {
        let stem = DatasetRoot.stem(name)
        let record = PictureRecord(
          path: "\(pictures)/\(place)/\(name)", subject: parts[0], sequence: parts[1],
          frame: SequenceTree.frame(stem), scores: known)
        guard sink.wantsLabels else {
          try sink.sample(record)
          continue
        }
        try sink.deferred { sink in
          var record = record
          if try complete(&record, "\(place)/\(stem)", sink) { try sink.sample(record) }
        }
      }
    }
  }

  /// Adds the action units of a FACS file, if it is there, and refuses its lines that are none.
  ///
  /// - Parameters:
  ///   - file: The file.
  ///   - coded: The action units that frames with a file were coded for.
  ///   - record: The record.
  ///   - sink: Takes the refusals.
  /// - Returns: Whether there is such a file.
  /// - Throws: What the sink throws.
  func addCodes(
    _ file: String, lookedFor coded: Set<Int>, to record: inout PictureRecord, _ sink: RecordSink
  ) throws -> Bool {
    let read: FACSCodes?? = try sink.rejecting(file) {
      try root.contents(ifThere: file).map { try FACSCodes($0) }
    }
    guard let read else { return true }
    guard let found = read else { return false }
    for bad in found.invalid {
      try sink.reject(Rejection(file: file, line: bad.line, reason: bad.reason))
    }
    record.coding = found.coding(lookedFor: coded)
    return true
  }

  /// Adds the landmarks of a file of lines `x y`, if it is there.
  func addLandmarks(_ file: String, to record: inout PictureRecord, _ sink: RecordSink) throws {
    if let landmarks = try sink.reading(
      file, below: root, { try NumberLines($0).landmarks() })
    {
      record.landmarks = landmarks
    }
  }

  /// Refuses the files of a tree of labels that belong to no picture.
  ///
  /// - Parameters:
  ///   - folder: The files' folder.
  ///   - suffixes: What stands behind the picture's name, for example `_facs.txt`.
  ///   - stems: The pictures' names without endings.
  ///   - sink: Takes the refusals.
  /// - Throws: What the sink throws.
  private func refuseOrphans(
    in folder: String, suffixes: [String], stems: Set<String>, _ sink: RecordSink
  ) throws {
    for name in root.names(in: folder) {
      let suffix = suffixes.first { name.hasSuffix($0) }
      if let suffix, stems.contains(String(name.dropLast(suffix.count))) { continue }
      try sink.reject(
        Rejection(
          file: "\(folder)/\(name)", line: nil,
          reason: suffix == nil
            ? "its name is none of a label file" : "there is no picture of this label"))
    }
  }

  /// The number at the end of a name; nil if there is none.
  static func frame(_ stem: some StringProtocol) -> Int? {
    let digits = stem.reversed().prefix { ("0"..."9").contains($0) }.reversed()
    return digits.isEmpty ? nil : Int(String(digits))
  }
}
