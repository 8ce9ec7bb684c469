internal import Foundation

/// Makes a finished file or folder last: its contents are on the disk when this returns.
func synchronise(_ url: URL) throws {
  let descriptor = open(url.path, O_RDONLY | O_CLOEXEC)
  guard descriptor >= 0 else {
    throw WarehouseError(.writeFailed, url.path, "it cannot be opened (\(lastSystemError()))")
  }
  defer { close(descriptor) }
  guard fsync(descriptor) == 0 else {
    throw WarehouseError(
      .writeFailed, url.path, "it cannot be brought to the disk (\(lastSystemError()))",
      advice: "see whether the disk is full")
  }
}

/// Makes a folder and those above it, each brought to the disk with the folder that names it.
func createFolder(_ url: URL) throws {
  guard !FileManager.default.fileExists(atPath: url.path) else { return }
  let parent = url.deletingLastPathComponent()
  try createFolder(parent)
  try FileManager.default.createDirectory(at: url, withIntermediateDirectories: false)
  try synchronise(parent)
}

/// Puts a finished file in its place, over whatever is there.
func moveIntoPlace(_ source: URL, _ target: URL) throws {
  guard rename(source.path, target.path) == 0 else {
    throw WarehouseError(
      .writeFailed, target.path, "the file cannot be moved into place (\(lastSystemError()))")
  }
  try synchronise(target.deletingLastPathComponent())
}
