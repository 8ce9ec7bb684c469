import Foundation

/// The folder of a data set (or its one file), and the only way to paths below it.
struct DatasetRoot: Sendable {
  /// The folder that relative paths start from.
  let folder: URL
  /// The file that the user named, where it was a file.
  let file: URL?
  /// The folder's path without links, with a `/` at its end.
  private let base: String

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
    let real = DatasetRoot.realPath(folder.path) ?? folder.resolvingSymlinksInPath().path
    base = real.hasSuffix("/") ? real : real + "/"
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
    let target = folder.appending(path: plain, directoryHint: .notDirectory)
    let real =
      DatasetRoot.realPath(target.path) ?? target.resolvingSymlinksInPath().path
    return real.hasPrefix(base) ? target : nil
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

  /// Names of the folders in a folder below the root.
  func folders(in relative: String = "") -> [String] {
    names(in: relative).filter { isFolder(relative.isEmpty ? $0 : "\(relative)/\($0)") }
  }

  /// Names of the pictures in a folder below the root.
  func pictures(in relative: String) -> [String] {
    names(in: relative).filter(DatasetRoot.isPicture)
  }

  /// Whether a folder lies at a relative path.
  func isFolder(_ relative: String) -> Bool {
    var status = stat()
    return stat(folder.path + "/" + relative, &status) == 0 && status.st_mode & S_IFMT == S_IFDIR
  }

  /// Whether a file or folder lies at a relative path.
  func exists(_ relative: String) -> Bool { access(folder.path + "/" + relative, F_OK) == 0 }

  /// Whether a name is one of a picture that can be read.
  static func isPicture(_ name: String) -> Bool {
    ["png", "jpg", "jpeg"].contains(name.split(separator: ".").last?.lowercased() ?? "")
      && name.contains(".")
  }

  /// A file's name without its last ending.
  static func stem(_ name: String) -> String {
    name.lastIndex(of: ".").map { String(name[..<$0]) } ?? name
  }

  private static func isLitter(_ name: String) -> Bool {
    name.hasPrefix(".") || ["thumbs.db", "desktop.ini", "__macosx"].contains(name.lowercased())
  }

  private static func realPath(_ path: String) -> String? {
    guard let resolved = realpath(path, nil) else { return nil }
    defer { free(resolved) }
    return String(cString: resolved)
  }
}
