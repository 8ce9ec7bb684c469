import Foundation

extension DatasetImport {
  static let adapters: [any DatasetAdapter.Type] = [
    AffectNet1Adapter.self, AffectNet2Adapter.self, UNBCAdapter.self, DISFAAdapter.self,
    DISFAPlusAdapter.self, CKPlusAdapter.self, FER2013Adapter.self, FERPlusAdapter.self,
    CSVAdapter.self, FolderAdapter.self,
  ]

  /// The layouts that are known.
  public static var formats: [String] { adapters.map { $0.format } }

  /// The adapter of a layout, or of the one that a root looks like.
  ///
  /// - Throws: `IngestError` if there is none of that name, or `auto` finds none or several.
  static func adapter(
    for format: String, root: DatasetRoot
  ) throws -> any DatasetAdapter.Type {
    if format != "auto" {
      guard let adapter = adapters.first(where: { $0.format == format }) else {
        throw IngestError(
          "there is no layout “\(format)”",
          advice: "choose auto or one of \(formats.joined(separator: ", "))")
      }
      return adapter
    }
    let place = (root.file ?? root.folder).path
    let recognitions = adapters.map { (adapter: $0, recognition: $0.recognises(root)) }
    for degree in [Recognition.certain, .possible] {
      let found = recognitions.filter { $0.recognition == degree }.map(\.adapter)
      guard found.count <= 1 else {
        let names = found.map { $0.format }
        throw IngestError(
          "\(place) looks like several layouts: \(names.joined(separator: ", "))",
          advice: "choose one of them with --format")
      }
      if let adapter = found.first { return adapter }
    }
    throw IngestError(
      "\(place) \(root.file == nil ? contents(of: root) : "is no table of a known layout")",
      advice: "name the folder that docs/datasets.md shows for your data set, or its layout with "
        + "--format (\(formats.joined(separator: ", ")))")
  }

  /// What lies in a folder that looks like no known layout.
  private static func contents(of root: DatasetRoot) -> String {
    let names = root.names()
    guard !names.isEmpty else { return "is empty" }
    let shown = names.prefix(4).joined(separator: ", ") + (names.count > 4 ? ", …" : "")
    return "looks like no known layout: it holds \(shown)"
  }
}
