import Foundation

/// The plain layout `folder`: `[train|val|test/]<class>/<picture>`, the class being the label.
///
/// The task is `emotion` where every class is one, `pain` where every class is `pain` or
/// `no_pain`, else `class`.
enum FolderAdapter: DatasetAdapter {
  static let format = "folder"
  private static let splits = ["train", "val", "test"]

  static func recognises(_ root: DatasetRoot) -> Recognition {
    guard root.file == nil else { return .no }
    let hasPictures = classFolders(root).contains { folder in
      root.names(in: folder.path).contains { DatasetRoot.isPicture($0) }
    }
    return hasPictures ? .possible : .no
  }

  static func read(_ root: DatasetRoot, into sink: RecordSink) throws {
    let folders = classFolders(root)
    guard !folders.isEmpty else {
      throw IngestError(
        "\(root.folder.path) has no folder a class",
        advice: "lay pictures out as [train|val|test/]<class>/<picture>, or choose another --format"
      )
    }
    let task = task(of: Set(folders.map(\.label)))
    for folder in folders {
      guard let label = Labels.canonical(folder.label, task: task) else { continue }
      for name in root.names(in: folder.path) {
        let path = "\(folder.path)/\(name)"
        guard DatasetRoot.isPicture(name) else {
          try sink.reject(
            Rejection(file: path, line: nil, reason: "neither a PNG nor a JPEG by its name"))
          continue
        }
        try sink.sample(PictureRecord(path: path, split: folder.split, labels: [task: label]))
      }
    }
  }

  private static func classFolders(_ root: DatasetRoot) -> [(
    path: String, label: String, split: String?
  )] {
    let top = root.names().filter { root.isFolder($0) }
    let given = splits.filter { top.contains($0) }
    guard !given.isEmpty else { return top.map { ($0, $0, nil) } }
    return given.flatMap { split in
      root.names(in: split).filter { root.isFolder("\(split)/\($0)") }
        .map { ("\(split)/\($0)", $0, split) }
    }
  }

  private static func task(of labels: Set<String>) -> String {
    for task in ["emotion", "pain"]
    where labels.allSatisfy({ Int($0) == nil && Labels.canonical($0, task: task) != nil }) {
      return task
    }
    return "class"
  }
}
