import Foundation

/// A file for readers that take a path; one per process, in memory where the system allows it.
enum ScratchFile {
  /// The folder of the file; readers may look for files beside it, and find none.
  static let folder: URL = {
    let shared = URL(fileURLWithPath: "/dev/shm")
    let base =
      FileManager.default.isWritableFile(atPath: shared.path)
      ? shared : FileManager.default.temporaryDirectory
    let folder = base.appendingPathComponent("lethe-fuzz-\(getpid())")
    try? FileManager.default.createDirectory(at: folder, withIntermediateDirectories: true)
    atexit { try? FileManager.default.removeItem(at: ScratchFile.folder) }
    return folder
  }()

  /// Writes the file.
  ///
  /// - Parameter bytes: Its contents.
  /// - Returns: Its place.
  /// - Throws: An error of the file system.
  static func write(_ bytes: [UInt8]) throws -> URL {
    let file = folder.appendingPathComponent("input")
    try Data(bytes).write(to: file)
    return file
  }
}
