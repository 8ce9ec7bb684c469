import Foundation

/// A fresh folder, removed when it goes out of scope.
final class TemporaryFolder {
  let url: URL

  init() throws {
    url = FileManager.default.temporaryDirectory.appending(path: "lethe-\(UUID().uuidString)")
    try FileManager.default.createDirectory(at: url, withIntermediateDirectories: true)
  }

  deinit { try? FileManager.default.removeItem(at: url) }

  func callAsFunction(_ name: String) -> URL { url.appending(path: name) }
}

/// A fixture beside the tests.
func fixture(_ path: String, from file: String = #filePath) -> URL {
  URL(filePath: file).deletingLastPathComponent().deletingLastPathComponent()
    .appending(path: "Fixtures").appending(path: path)
}
