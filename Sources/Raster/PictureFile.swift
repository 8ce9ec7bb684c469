internal import Foundation

/// Reads and writes whole files, with errors that name them.
enum PictureFile {
  /// The bytes of a regular file, all or the first `upTo`.
  ///
  /// - Throws: `PictureError` if the file is missing, unreadable or above the limit.
  static func bytes(
    of url: URL, limits: PictureLimits, upTo: Int? = nil
  ) throws(PictureError) -> [UInt8] {
    let attributes = try? FileManager.default.attributesOfItem(
      atPath: url.resolvingSymlinksInPath().path)
    guard let attributes else {
      let exists = FileManager.default.fileExists(atPath: url.path)
      throw PictureError(
        kind: exists ? .unreadable : .missing, file: url.path,
        reason: exists ? "it cannot be opened" : "there is no such file")
    }
    guard attributes[.type] as? FileAttributeType == .typeRegular else {
      throw PictureError(kind: .unreadable, file: url.path, reason: "it is no regular file")
    }
    do {
      let file = try FileHandle(forReadingFrom: url)
      defer { try? file.close() }
      let wanted = min(upTo ?? .max, limits.fileBytes + 1)
      let bytes = [UInt8](try file.read(upToCount: wanted) ?? Data())
      guard bytes.count <= limits.fileBytes else {
        throw PictureError(
          kind: .tooLarge, file: url.path,
          reason: "the file is above the limit of \(limits.fileBytes) bytes")
      }
      return bytes
    } catch let error as PictureError {
      throw error
    } catch {
      throw PictureError(
        kind: .unreadable, file: url.path, reason: "reading failed: \(error.localizedDescription)")
    }
  }

  /// Writes a file whole or not at all.
  ///
  /// - Throws: `PictureError` of kind `unwritable`.
  static func write(_ bytes: [UInt8], to url: URL) throws(PictureError) {
    do {
      try Data(bytes).write(to: url, options: .atomic)
    } catch {
      throw PictureError(
        kind: .unwritable, file: url.path, reason: "writing failed: \(error.localizedDescription)")
    }
  }
}
