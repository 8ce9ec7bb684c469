import Compute
public import Foundation
public import Warehouse

/// Writes a network of the warehouse as a file of another framework.
public enum ModelExport {
  /// The formats that can be written.
  public enum Format: String, Sendable, CaseIterable {
    /// Weights by Lethe's names, PyTorch's layout; classes, preprocessing and graph in the metadata.
    case safetensors
    /// A Keras model with its graph: `.keras`, or `.h5` that Keras 2 loads, too.
    case keras
    /// An ONNX model with its graph.
    case onnx
  }

  /// Writes a network, whole or not at all; a file that is there is replaced.
  ///
  /// - Parameters:
  ///   - name: The network.
  ///   - format: The format.
  ///   - file: Where it goes.
  ///   - store: The warehouse.
  /// - Throws: `WarehouseError` for an unknown network, `IngestError` if it cannot be written in
  ///   this format, or its place cannot be written.
  public static func write(
    _ name: String, as format: Format, to file: URL, from store: Store
  ) throws {
    let model = try store.model(named: name)
    let variant = try Variant(model)
    let graph = try variant.graph
    try refuseFolder(file)
    switch format {
    case .safetensors:
      let metadata = [
        "format": "pt", "classes": try json(variant.classes), "graph": model.record.graph,
        "preprocessing": model.record.preprocessing, "task": variant.task,
      ]
      try writingWhole(file) { try store.exportWeights(of: model, metadata: metadata, to: $0) }
    case .keras:
      let form: KerasWriter.Form =
        file.pathExtension.lowercased() == "keras" ? .keras : .hdf5
      let parameters = try store.parameters(of: model)
      try writingWhole(file) { try KerasWriter.write(graph, parameters, as: form, to: $0) }
    case .onnx:
      // It moves its files into place itself: large weights lie in a second one.
      try ONNXWriter.write(
        graph: graph, parameters: try store.parameters(of: model), classes: variant.classes,
        to: file)
    }
  }

  private static func json(_ texts: [String]) throws -> String {
    String(decoding: try JSONEncoder().encode(texts), as: UTF8.self)
  }

  private static func refuseFolder(_ file: URL) throws {
    var isFolder: ObjCBool = false
    let isThere = FileManager.default.fileExists(atPath: file.path, isDirectory: &isFolder)
    guard !isThere || !isFolder.boolValue else {
      throw IngestError("\(file.path) cannot be written: it is a folder", advice: "name a file")
    }
  }

  /// Writes beside the place of a file, then moves into it.
  private static func writingWhole(_ file: URL, _ body: (URL) throws -> Void) throws {
    // A link stays a link: what it points to is replaced.
    let target = file.resolvingSymlinksInPath()
    let partial = target.deletingLastPathComponent()
      .appending(path: ".\(target.lastPathComponent).\(getpid()).partial")
    unlink(partial.path)
    do {
      try body(partial)
      guard rename(partial.path, target.path) == 0 else {
        throw IngestError(
          "\(file.path) cannot be written: \(String(cString: strerror(errno)))",
          advice: "check the folder and its permissions")
      }
    } catch {
      unlink(partial.path)
      throw error
    }
  }
}
