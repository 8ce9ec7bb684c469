internal import Foundation

/// Why a picture could not be read or written: the file, the reason and what to do about it.
public struct PictureError: Error, Sendable, Equatable, CustomStringConvertible {
  /// The kinds of failure.
  public enum Kind: String, Sendable {
    /// There is no such file.
    case missing
    /// The file is there but cannot be read.
    case unreadable
    /// The bytes are neither PNG nor JPEG.
    case notAPicture
    /// The picture ends early or its data are corrupt.
    case damaged
    /// The file or the picture is above the limits.
    case tooLarge
    /// The file cannot be written.
    case unwritable
  }

  /// The kind of failure.
  public let kind: Kind
  /// The file, or the name of the bytes.
  public let file: String
  /// What is wrong with it.
  public let reason: String

  /// An error of a kind, on a file, for a reason.
  public init(kind: Kind, file: String, reason: String) {
    self.kind = kind
    self.file = file
    self.reason = reason
  }

  /// The error of a file that could not be opened.
  ///
  /// - Parameters:
  ///   - file: The file.
  ///   - code: What `errno` said.
  public init(opening file: String, failedWith code: Int32) {
    let isMissing = code == ENOENT || code == ENOTDIR
    self.init(
      kind: isMissing ? .missing : .unreadable, file: file,
      reason: isMissing ? "there is no such file" : "it cannot be opened")
  }

  /// What the user can do about it.
  public var advice: String {
    switch kind {
    case .missing: "check the path"
    case .unreadable: "check the file's permissions and that it is a regular file"
    case .notAPicture: "convert it to PNG or JPEG"
    case .damaged: "fetch or export the file again"
    case .tooLarge: "scale the picture down, or raise the limit"
    case .unwritable: "check the folder, its permissions and the space on the disk"
    }
  }

  /// File, reason and advice in one line.
  public var description: String { "\(file): \(reason); \(advice)" }
}
