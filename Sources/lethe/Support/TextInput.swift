import CommandLineKit
import Foundation

/// Text that a user names by a path, or by `-` for standard input.
enum TextInput {
  /// Far above any statement that a person writes.
  private static let limit = 16 << 20

  /// Reads the whole text as UTF-8.
  static func read(_ path: String) throws -> String {
    let name = path == "-" ? "standard input" : path
    let handle: FileHandle
    if path == "-" {
      handle = .standardInput
    } else if let file = FileHandle(forReadingAtPath: path) {
      handle = file
    } else {
      throw ValidationError("\(path): cannot be read (\(String(cString: strerror(errno))))")
    }
    guard let data = try handle.read(upToCount: limit + 1) else { return "" }
    guard data.count <= limit else {
      throw ValidationError("\(name): longer than \(limit >> 20) MiB")
    }
    guard let text = String(data: data, encoding: .utf8) else {
      throw ValidationError("\(name): is not UTF-8 text")
    }
    return text
  }
}
