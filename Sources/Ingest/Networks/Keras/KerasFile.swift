import Archive
import Foundation
import HDF5

/// Reads the files of Keras: `.keras`, `.h5` of whole models, and files of weights alone.
enum KerasFile {
  private static let configName = "config.json"
  private static let metadataName = "metadata.json"
  private static let weightsName = "model.weights.h5"
  private static let configLimit = 1 << 25

  /// Whether a zip archive is a Keras model.
  static func recognises(_ archive: ZipFile) -> Bool {
    archive.entry(configName) != nil && archive.entry(weightsName) != nil
  }

  /// Reads a `.keras` archive.
  ///
  /// - Parameters:
  ///   - archive: The archive.
  ///   - inputSize: Pixels a side of the input, where the configuration leaves it open.
  /// - Returns: The network.
  /// - Throws: `ArchiveError`, `HDF5Error`, `NetworkError`; `IngestError` if the model cannot be run
  ///   here.
  static func read(_ archive: ZipFile, inputSize: Int?) throws -> NetworkFileContents {
    try naming(archive.url) {
      guard let config = archive.entry(configName), let weights = archive.entry(weightsName) else {
        throw KerasProblem(reason: "it is no Keras model")
      }
      let model = try KerasConfig(json: Data(archive.bytes(config, limit: configLimit)))
      var version = 3
      if let entry = archive.entry(metadataName) {
        let metadata = try KerasConfig(json: Data(archive.bytes(entry, limit: 1 << 16)))
        version = major(metadata.text("keras_version")) ?? version
      }
      // The weights are read from a file of their own; the name within the archive is not used.
      let folder = FileManager.default.temporaryDirectory
        .appending(path: "lethe-\(UUID().uuidString)")
      try FileManager.default.createDirectory(at: folder, withIntermediateDirectories: false)
      defer { try? FileManager.default.removeItem(at: folder) }
      let place = folder.appending(path: "weights.h5")
      try archive.extract(weights, to: place)
      let file = try UntrustedHDF5File(place, inflate: ZlibStream.unpacked)
      var graph = KerasGraph(
        try KerasModelConfig(model), weights: KerasCountedWeights(root: file.root),
        version: version, inputSize: inputSize)
      return .network(try graph.network())
    }
  }

  /// Reads an HDF5 file: a whole model, or weights alone.
  ///
  /// - Parameters:
  ///   - url: The file.
  ///   - inputSize: Pixels a side of the input, where the configuration leaves it open.
  /// - Returns: The network, or its weights.
  /// - Throws: `HDF5Error`, `NetworkError`; `IngestError` if there is no model, or it cannot be run
  ///   here.
  static func read(_ url: URL, inputSize: Int?) throws -> NetworkFileContents {
    try naming(url) {
      let root = try UntrustedHDF5File(url, inflate: ZlibStream.unpacked).root
      guard case .text(let json)? = try root.attribute("model_config") else {
        return .stateDict(try KerasLooseWeights.tensors(in: root))
      }
      var version: Int?
      if case .text(let text)? = try root.attribute("keras_version") {
        version = major(text)
      }
      guard try root.contains("model_weights") else {
        throw KerasProblem(
          reason: "it holds the model's configuration, but no weights",
          advice: "save the whole model with model.save(file)")
      }
      var graph = KerasGraph(
        try KerasModelConfig(KerasConfig(json: Data(json.utf8))),
        weights: KerasNamedWeights(try root.group("model_weights")), version: version ?? 2,
        inputSize: inputSize)
      return .network(try graph.network())
    }
  }

  /// The first number of a version.
  private static func major(_ version: String?) -> Int? {
    version.flatMap { Int($0.prefix { $0 != "." }) }
  }

  /// Runs `body`, and says of which file a problem is.
  private static func naming<Result>(_ url: URL, _ body: () throws -> Result) throws -> Result {
    do {
      return try body()
    } catch let problem as KerasProblem {
      throw IngestError("\(url.path): \(problem.reason)", advice: problem.advice)
    }
  }
}
