import Foundation

/// The folder of a data set (or its one file), and the only way to paths below it.
struct DatasetRoot: Sendable {
  /// The folder that relative paths start from.
  let folder: URL
  /// The file that the user named, where it was a file.
  let file: URL?

  /// The root at `path`.
  ///
  /// - Throws: `IngestError` if nothing readable is there.
  init(path: String) throws {
    let url = URL(fileURLWithPath: path).standardizedFileURL
    var isFolder: ObjCBool = false
    guard FileManager.default.fileExists(atPath: url.path, isDirectory: &isFolder) else {
      throw IngestError(
        "there is no file or folder at \(path)", advice: "check the path for a typing error")
    }
    guard FileManager.default.isReadableFile(atPath: url.path) else {
      throw IngestError("\(path) may not be read", advice: "check its permissions")
    }
    file = isFolder.boolValue ? nil : url
    folder = isFolder.boolValue ? url : url.deletingLastPathComponent()
  }

  /// A relative path in its plain form, or nil if it is absolute or leaves the root.
  static func normalised(_ path: String) -> String? {
    guard !path.isEmpty, !path.hasPrefix("/"), !path.contains("\0") else { return nil }
    var parts: [Substring] = []
    for part in path.split(separator: "/", omittingEmptySubsequences: true) {
      switch part {
      case ".": continue
      case "..":
        guard !parts.isEmpty else { return nil }
        parts.removeLast()
      default: parts.append(part)
      }
    }
    return parts.isEmpty ? nil : parts.joined(separator: "/")
  }

  /// The file at a relative path, following links only while they stay below the root.
  ///
  /// - Returns: nil if the path leaves the root.
  func url(of relative: String) -> URL? {
    guard let plain = DatasetRoot.normalised(relative) else { return nil }
    let target = folder.appendingPathComponent(plain)
    let real = target.resolvingSymlinksInPath().path
    let base = folder.resolvingSymlinksInPath().path
    return real.hasPrefix(base.hasSuffix("/") ? base : base + "/") ? target : nil
  }

  /// Names of what lies in a folder below the root, sorted by their bytes, without the litter
  /// that file systems leave.
  func names(in relative: String = "") -> [String] {
    let url = relative.isEmpty ? folder : folder.appendingPathComponent(relative)
    let names = (try? FileManager.default.contentsOfDirectory(atPath: url.path)) ?? []
    return names.filter { !DatasetRoot.isLitter($0) }.sorted {
      $0.utf8.lexicographicallyPrecedes($1.utf8)
    }
  }

  /// Whether a folder lies at a relative path.
  func isFolder(_ relative: String) -> Bool {
    var isFolder: ObjCBool = false
    let path = folder.appendingPathComponent(relative).path
    return FileManager.default.fileExists(atPath: path, isDirectory: &isFolder)
      && isFolder.boolValue
  }

  private static func isLitter(_ name: String) -> Bool {
    name.hasPrefix(".") || name == "Thumbs.db" || name == "__MACOSX"
  }
}
