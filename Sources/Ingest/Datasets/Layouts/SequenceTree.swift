/// Folders of pictures of videos, `<top>/<subject>/<sequence>/<frame>`, and the trees of label files
/// that lie beside them in the same shape.
struct SequenceTree {
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

  /// Refuses the files of a tree of labels that belong to no picture.
  ///
  /// - Parameters:
  ///   - folder: The files' folder.
  ///   - suffixes: What stands behind the picture's name, for example `_facs.txt`.
  ///   - stems: The pictures' names without endings.
  ///   - sink: Takes the refusals.
  /// - Throws: What the sink throws.
  func refuseOrphans(
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
