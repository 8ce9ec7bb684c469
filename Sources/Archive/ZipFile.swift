public import Foundation

/// A zip archive, opened and checked: its directory, the bounds of its entries, no overlaps.
///
/// Stored and deflated entries are read, also of archives in the zip64 form (PKWARE APPNOTE 6.3).
/// Archives of several disks, encrypted entries and bytes before the first entry are not.
public final class ZipFile: Sendable {
  /// The entries, in the order of the directory.
  public let entries: [ZipEntry]
  /// The archive.
  public let url: URL
  let file: ArchiveFile
  private let indices: [String: Int]

  /// Whether a file begins as zip archives do.
  public static func isArchive(_ prefix: some Collection<UInt8>) -> Bool {
    prefix.starts(with: [0x50, 0x4b, 3, 4]) || prefix.starts(with: [0x50, 0x4b, 5, 6])
  }

  /// Opens an archive and checks its directory.
  ///
  /// - Parameters:
  ///   - url: The archive.
  ///   - limits: What it may ask for.
  /// - Throws: `ArchiveError` if it is missing, no well-formed archive or beyond the limits.
  public init(_ url: URL, limits: ZipLimits = ZipLimits()) throws(ArchiveError) {
    self.url = url
    file = try ArchiveFile(url, action: "open the archive")
    entries = try ZipDirectory(file: file, limits: limits).entries()
    var indices: [String: Int] = [:]
    for (index, entry) in entries.enumerated() {
      guard indices.updateValue(index, forKey: entry.name) == nil else {
        // Programs differ in which of the two they read.
        throw ArchiveError(
          "read the directory", file: url, entry: entry.name,
          reason: "two entries have this name")
      }
    }
    self.indices = indices
  }

  /// The entry of a name; nil if there is none.
  public func entry(_ name: String) -> ZipEntry? { indices[name].map { entries[$0] } }
}
