public import Foundation

/// What went wrong in an HDF5 file: the action, the file, the path within it and the reason.
public struct HDF5Error: Error, Sendable, Equatable, CustomStringConvertible {
  /// What was attempted, for example "open the dataset".
  public let action: String
  /// The file.
  public let file: URL
  /// The path within the file; `/` is the file as a whole.
  public let path: String
  /// Why it failed: the outermost and the innermost message of HDF5's error stack, or a finding
  /// of this module.
  public let reason: String

  init(_ action: String, file: URL, path: String, reason: String) {
    self.action = action
    self.file = file
    self.path = path
    self.reason = reason
  }

  /// One line: file, path, action and reason.
  public var description: String {
    let place = path == "/" ? file.path : "\(file.path): \(path)"
    return "\(place): cannot \(action): \(reason)"
  }
}
