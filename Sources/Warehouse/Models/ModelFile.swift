internal import Foundation
internal import Hashing

/// Weight files under `models/`, named after their own digest.
enum ModelFile {
  /// Whether a path is that of a weights file.
  static func isOwn(_ path: String) -> Bool {
    path.wholeMatch(of: #/models\/[0-9a-f]{64}\.safetensors/#) != nil
  }

  /// Whether a path is that of a weights file or a checkpoint that is being written.
  static func isPartial(_ path: String) -> Bool {
    path.wholeMatch(of: #/models\/(new\.safetensors|[^\/]+\.checkpoint)\.partial/#) != nil
  }

  /// Whether a path is that of the state of a training run.
  static func isCheckpoint(_ path: String) -> Bool {
    path.wholeMatch(of: #/models\/[^\/]+\.checkpoint/#) != nil
  }

  /// Writes a weights file into its place.
  ///
  /// - Parameters:
  ///   - tensors: The weights, in any order.
  ///   - folder: The warehouse.
  /// - Returns: The file's digest and its path relative to the warehouse.
  /// - Throws: `WarehouseError` if a tensor's values do not fill its shape, a name occurs twice or
  ///   the file cannot be written.
  static func write(
    _ tensors: [StoredTensor], folder: URL
  ) throws -> (digest: String, path: String) {
    let models = folder.appending(path: Layout.models)
    let partial = models.appending(path: "new.safetensors" + Layout.partialSuffix)
    do {
      try removeIfPresent(partial)
      try SafetensorsWriter.write(tensors, to: partial)
      try synchronise(partial)
      let digest = try SHA256.hex(ofFile: partial).digest
      let path = "\(Layout.models)/\(digest).safetensors"
      try moveIntoPlace(partial, folder.appending(path: path))
      return (digest, path)
    } catch {
      try? removeIfPresent(partial)
      throw error
    }
  }
}
