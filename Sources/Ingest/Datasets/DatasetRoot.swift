import Foundation
import Synchronization

/// The folder of a data set (or its one file), and the only way to paths below it.
struct DatasetRoot: Sendable {
  /// The folder that relative paths start from.
  let folder: URL
  /// The file that the user named, where it was a file.
  let file: URL?
  /// The folder's path without links, with a `/` at its end.
  private let base: String
  /// The folder's path, with a `/` at its end.
  let start: String
  private let below = FoldersBelow()

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
    start = folder.path.hasSuffix("/") ? folder.path : folder.path + "/"
  }

  /// A relative path in its plain form, or nil if it is absolute or leaves the root.
  static func normalised(_ path: String) -> String? {
    guard !path.isEmpty, !path.hasPrefix("/"), !path.utf8.contains(0) else { return nil }
    if isNormal(path) { return path }
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

  /// Whether no part of a relative path is empty or begins with a dot.
  private static func isNormal(_ path: String) -> Bool {
    var isStart = true
    for byte in path.utf8 {
      if isStart, byte == UInt8(ascii: ".") || byte == UInt8(ascii: "/") { return false }
      isStart = byte == UInt8(ascii: "/")
    }
    return !isStart
  }

  /// The file at a relative path, following links only while they stay below the root.
  ///
  /// - Returns: nil if the path leaves the root.
  func url(of relative: String) -> URL? {
    path(of: relative).map { URL(filePath: $0, directoryHint: .notDirectory) }
  }

  /// The path of the file at a relative path, as `url(of:)` has it.
  func path(of relative: String) -> String? {
    guard let plain = DatasetRoot.normalised(relative) else { return nil }
    let target = start + plain
    let parent = DatasetRoot.parent(plain)
    var status = stat()
    let isPlain = lstat(target, &status) == 0 && status.st_mode & S_IFMT != S_IFLNK
    if isPlain, below.isKnown(parent) { return target }
    let real =
      DatasetRoot.realPath(target) ?? URL(filePath: target).resolvingSymlinksInPath().path
    guard real.hasPrefix(base) else { return nil }
    if isPlain { below.add(parent) }
    return target
  }

  /// What became of opening a file.
  enum Opened {
    case file(_ descriptor: Int32)
    case failed(_ code: Int32)
    /// The path leaves the root.
    case outside
  }

  /// Opens a file for reading, following links only while they stay below the root; the caller
  /// closes it.
  func open(_ relative: String) -> Opened {
    guard let plain = DatasetRoot.normalised(relative) else { return .outside }
    // Opening a pipe that nobody writes to must not wait.
    let flags = O_RDONLY | O_NONBLOCK | O_CLOEXEC
    if below.isKnown(DatasetRoot.parent(plain)) {
      let descriptor = Foundation.open(start + plain, flags | O_NOFOLLOW)
      let code = errno
      if descriptor >= 0 { return .file(descriptor) }
      if code != ELOOP { return .failed(code) }
    }
    guard let path = path(of: plain) else { return .outside }
    let descriptor = Foundation.open(path, flags)
    let code = errno
    return descriptor >= 0 ? .file(descriptor) : .failed(code)
  }

  private static func parent(_ plain: String) -> String {
    plain.utf8.lastIndex(of: UInt8(ascii: "/")).map { String(plain[..<$0]) } ?? ""
  }

  /// Names of what lies in a folder below the root, sorted by their bytes, without the litter
  /// that file systems leave.
  ///
  /// - Parameters:
  ///   - relative: The folder.
  ///   - isWanted: Which names are kept: of a million, memory holds no others.
  /// - Returns: The names; none if the folder cannot be read.
  func names(
    in relative: String = "", where isWanted: (String) -> Bool = { _ in true }
  ) -> [String] {
    guard let stream = opendir(start + relative) else { return [] }
    defer { closedir(stream) }
    var names: [String] = []
    while let entry = readdir(stream) {
      let name = withUnsafePointer(to: &entry.pointee.d_name) {
        String(cString: UnsafeRawPointer($0).assumingMemoryBound(to: CChar.self))
      }
      if !DatasetRoot.isLitter(name), isWanted(name) { names.append(name) }
    }
    return names.sorted { $0.utf8.lexicographicallyPrecedes($1.utf8) }
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
    return stat(start + relative, &status) == 0 && status.st_mode & S_IFMT == S_IFDIR
  }

  /// Whether a file or folder lies at a relative path.
  func exists(_ relative: String) -> Bool { access(start + relative, F_OK) == 0 }

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

/// Folders of which it is known that they lie below a root: their files do, too, unless they are
/// links.
private final class FoldersBelow: Sendable {
  private let known = Mutex<Set<String>>([])

  func isKnown(_ folder: String) -> Bool { known.withLock { $0.contains(folder) } }

  func add(_ folder: String) { known.withLock { _ = $0.insert(folder) } }
}
