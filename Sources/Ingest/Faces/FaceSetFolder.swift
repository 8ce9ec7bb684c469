import Foundation

/// Writes whole files below a folder, on any thread.
struct FaceSetFiles: Sendable {
  let root: URL

  /// Writes a whole file in one step; its folders are made as needed.
  ///
  /// Nothing waits for the disk here: a set has tens of thousands of files, and counts for whole
  /// only when its label files are there, which come after everything else has been synced.
  ///
  /// - Throws: `FacesError` if it cannot be written.
  func write(_ bytes: [UInt8], to path: String) throws {
    let url = root.appending(path: path)
    do {
      do {
        try replace(url, with: bytes)
      } catch CocoaError.fileNoSuchFile {
        try FileManager.default.createDirectory(
          at: url.deletingLastPathComponent(), withIntermediateDirectories: true)
        try replace(url, with: bytes)
      }
    } catch {
      throw FacesError(
        reason: "\(url.path): writing failed (\(error.localizedDescription)); "
          + "check the folder, its permissions and the space on the disk")
    }
  }

  // Foundation's own writing syncs every file, atomic or not.
  private func replace(_ url: URL, with bytes: [UInt8]) throws {
    let partial = url.path + ".partial"
    let descriptor = open(partial, O_WRONLY | O_CREAT | O_TRUNC | O_CLOEXEC, 0o644)
    guard descriptor >= 0 else { throw failure(url) }
    var start = 0
    while start < bytes.count {
      let written = bytes[start...].withUnsafeBytes {
        Foundation.write(descriptor, $0.baseAddress, $0.count)
      }
      guard written > 0 || (written < 0 && errno == EINTR) else {
        let failed = failure(url)
        close(descriptor)
        throw failed
      }
      start += max(0, written)
    }
    guard close(descriptor) == 0, rename(partial, url.path) == 0 else { throw failure(url) }
  }

  private func failure(_ url: URL) -> CocoaError {
    CocoaError(
      errno == ENOENT
        ? .fileNoSuchFile : errno == ENOSPC ? .fileWriteOutOfSpace : .fileWriteUnknown,
      userInfo: [NSFilePathErrorKey: url.path])
  }
}

/// The folder that a set of faces is written into.
///
/// Whole files replace what was there in one step. Label files grow beside their place and are put
/// there last, so that a set that was cut short has no labels and is not taken for a whole one.
final class FaceSetFolder {
  let files: FaceSetFiles
  private var handles: [String: FileHandle] = [:]
  private(set) var filesWritten = 0

  /// What a set was made with, kept in the folder.
  private struct Mark: Codable, Equatable {
    var options: FaceSetOptions
    var layout: String
  }

  static let markName = ".lethe-faces.json"

  /// Opens a folder that is new, empty, or holds a set of the same options.
  ///
  /// - Throws: `FacesError` if it holds anything else or cannot be written.
  init(_ root: URL, options: FaceSetOptions, layout: String) throws {
    files = FaceSetFiles(root: root)
    let manager = FileManager.default
    var options = options
    options.threads = 1
    let mark = Mark(options: options, layout: layout)
    let markFile = root.appending(path: FaceSetFolder.markName)
    var isFolder: ObjCBool = false
    if manager.fileExists(atPath: root.path, isDirectory: &isFolder) {
      guard isFolder.boolValue else {
        throw FacesError(reason: "\(root.path): a file is in the way; name another folder")
      }
      let content = (try? manager.contentsOfDirectory(atPath: root.path)) ?? []
      if !content.isEmpty {
        let old = (try? Data(contentsOf: markFile)).flatMap {
          try? JSONDecoder().decode(Mark.self, from: $0)
        }
        guard let old else {
          throw FacesError(
            reason: "\(root.path): the folder is not empty and holds no built-in faces; "
              + "name a new or an empty folder")
        }
        guard old == mark else {
          throw FacesError(
            reason: "\(root.path): the folder holds built-in faces of other options; "
              + "remove it or name another folder")
        }
      }
    }
    let encoder = JSONEncoder()
    encoder.outputFormatting = [.sortedKeys]
    try files.write([UInt8](encoder.encode(mark)), to: FaceSetFolder.markName)
    filesWritten = 0
  }

  /// Starts label files anew, beside their place, with their first lines.
  ///
  /// - Throws: `FacesError` if they cannot be made.
  func begin(_ labelFiles: [(path: String, header: String?)]) throws {
    for (path, header) in labelFiles { try begin(path, header) }
  }

  /// Adds lines to a label file that was started.
  ///
  /// - Throws: What `FileHandle` throws, for example if the disk is full.
  func add(_ lines: [String], to path: String) throws {
    let text = lines.map { $0 + "\n" }.joined()
    try handles[path]?.write(contentsOf: Data(text.utf8))
  }

  private func begin(_ path: String, _ header: String?) throws {
    try files.write(Array((header.map { $0 + "\n" } ?? "").utf8), to: path + ".partial")
    let handle = try FileHandle(forWritingTo: files.root.appending(path: path + ".partial"))
    try handle.seekToEnd()
    handles[path] = handle
  }

  /// Counts files that were written.
  func count(_ files: Int) { filesWritten += files }

  /// Puts the label files in their place.
  ///
  /// - Throws: `FacesError` if one cannot be put there.
  func finish() throws {
    sync()
    for (path, handle) in handles.sorted(by: { $0.key < $1.key }) {
      try handle.synchronize()
      try handle.close()
      let from = files.root.appending(path: path + ".partial").path
      let to = files.root.appending(path: path).path
      guard rename(from, to) == 0 else {
        throw FacesError(reason: "\(to): cannot be put in place; check the folder's permissions")
      }
      filesWritten += 1
    }
    handles = [:]
  }
}
