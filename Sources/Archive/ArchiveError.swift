public import Foundation

/// What went wrong in a zip archive: the action, the archive, the entry and the reason.
public struct ArchiveError: Error, Sendable, Equatable, CustomStringConvertible {
  /// What was attempted, for example "read the directory".
  public let action: String
  /// The archive.
  public let file: URL
  /// The name of the entry; nil if the archive as a whole is meant.
  public let entry: String?
  /// Why it failed.
  public let reason: String

  init(_ action: String, file: URL, entry: String? = nil, reason: String) {
    self.action = action
    self.file = file
    self.entry = entry
    self.reason = reason
  }

  /// One line: archive, entry, action and reason.
  public var description: String {
    // The name is the archive's word: neither line ends nor great length reach a terminal.
    let name = entry.map { entry in
      let shown = entry.unicodeScalars.prefix(80).map { scalar in
        scalar.properties.generalCategory == .control ? "?" : String(scalar)
      }
      return ": " + shown.joined()
    }
    return "\(file.path)\(name ?? ""): cannot \(action): \(reason)"
  }
}
