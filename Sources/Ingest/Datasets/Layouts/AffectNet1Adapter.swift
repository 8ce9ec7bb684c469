import Foundation

/// AffectNet, first release: lists of pictures with face boxes, landmarks and expressions.
///
/// `Manually_Annotated_file_lists/{training,validation}.csv` name pictures below
/// `Manually_Annotated_Images`; `Automatically_annotated_file_lists/automatically_annotated.csv`
/// those below `Automatically_Annotated_Images`, which go to the split train.
enum AffectNet1Adapter: DatasetAdapter {
  static let format = "affectnet1"

  private struct List {
    let path: String
    let split: String
    let pictures: String
  }

  static func recognises(_ root: DatasetRoot) -> Recognition {
    lists(root).isEmpty ? .no : .certain
  }

  static func read(_ root: DatasetRoot, into sink: RecordSink) throws {
    let lists = lists(root)
    guard !lists.isEmpty else {
      throw IngestError(
        "\(root.folder.path) has no Manually_Annotated_file_lists/training.csv or validation.csv",
        advice: "name the folder that holds Manually_Annotated_file_lists")
    }
    // Which pictures are on a list: digests, for there may be a million.
    var listed: Set<UInt64> = []
    for list in lists {
      guard let url = root.url(of: list.path) else {
        try sink.reject(
          Rejection(file: list.path, line: nil, reason: "the path leaves the data set's folder"))
        continue
      }
      if list.pictures.hasPrefix("Auto"), sink.wantsLabels {
        sink.note(
          "pictures labelled by a program, not by people, are in the split train", list.path)
      }
      try read(url, list, into: sink, listed: &listed)
    }
    guard sink.wantsLabels else { return }
    for folder in Set(lists.map(\.pictures)).sorted() {
      for part in root.folders(in: folder) {
        for name in root.pictures(in: "\(folder)/\(part)")
        where !listed.contains(digest("\(folder)/\(part)/\(name)")) {
          try sink.reject(
            Rejection(
              file: "\(folder)/\(part)/\(name)", line: nil, reason: "the picture is on no list"))
        }
      }
    }
  }

  private static func read(
    _ url: URL, _ list: List, into sink: RecordSink, listed: inout Set<UInt64>
  ) throws {
    let reader = try CSVReader(url, name: list.path)
    var columns = AffectNetColumns.standard
    var isFirst = true
    while let fields = try sink.record(of: reader, list.path) {
      if isFirst {
        isFirst = false
        if let header = AffectNetColumns(header: fields) {
          columns = header
          continue
        }
        sink.note("the list has no header: its columns are taken in the usual order", list.path)
      }
      let record = try sink.rejecting(list.path, line: reader.line) {
        try columns.record(fields, pictures: list.pictures, into: sink)
      }
      guard var record else { continue }
      if sink.wantsLabels { listed.insert(digest(record.path)) }
      record.split = list.split
      for part in columns.unusable(fields) {
        try sink.reject(Rejection(file: list.path, line: reader.line, reason: part))
      }
      try sink.sample(record)
    }
  }

  private static func lists(_ root: DatasetRoot) -> [List] {
    guard root.file == nil else { return [] }
    let names = root.names()
    func named(_ name: String) -> String {
      names.first { $0.lowercased() == name.lowercased() } ?? name
    }
    let manual = named("Manually_Annotated_file_lists")
    let automatic = named("Automatically_annotated_file_lists")
    return [
      List(
        path: "\(manual)/training.csv", split: "train", pictures: named("Manually_Annotated_Images")
      ),
      List(
        path: "\(manual)/validation.csv", split: "val", pictures: named("Manually_Annotated_Images")
      ),
      List(
        path: "\(automatic)/automatically_annotated.csv", split: "train",
        pictures: named("Automatically_Annotated_Images")),
    ].filter { root.exists($0.path) }
  }

  /// FNV-1a, 64 bits.
  private static func digest(_ text: String) -> UInt64 {
    text.utf8.reduce(0xCBF2_9CE4_8422_2325) { ($0 ^ UInt64($1)) &* 0x100_0000_01B3 }
  }
}
