import Archive
import Compute
import Foundation
import HDF5

/// Writes networks as Keras models that give logits.
enum KerasWriter {
  /// The forms that can be written.
  enum Form: Sendable {
    /// The `.keras` archive of Keras 3.
    case keras
    /// The `.h5` that Keras 2 and 3 load.
    case hdf5
  }

  /// Writes a network.
  ///
  /// - Parameters:
  ///   - graph: The graph.
  ///   - parameters: Its parameters.
  ///   - form: The form.
  ///   - url: Where; nothing may be there.
  /// - Throws: `IngestError` if a node has no counterpart in Keras, `HDF5Error` or `ArchiveError` if
  ///   the file cannot be written.
  static func write(
    _ graph: Graph, _ parameters: Parameters, as form: Form, to url: URL
  ) throws {
    switch form {
    case .keras: try writeArchive(try KerasExport(graph, parameters, version: 3), to: url)
    case .hdf5: try writeHDF5(try KerasExport(graph, parameters, version: 2), to: url)
    }
  }

  private static func writeHDF5(_ model: KerasExport, to url: URL) throws {
    let file = try HDF5File.create(url)
    let root = try file.root()
    // A version whose files both Keras 2 and 3 load.
    for (name, value) in [("backend", "tensorflow"), ("keras_version", "2.15.0")] {
      try root.attributes.set(.text(value), for: name)
    }
    let config = String(decoding: try KerasModelJSON(model).data, as: UTF8.self)
    try root.attributes.set(.text(config), for: "model_config")
    let weights = try root.createGroup("model_weights")
    try weights.attributes.set(.text("tensorflow"), for: "backend")
    try weights.attributes.set(.text("2.15.0"), for: "keras_version")
    let names = [KerasExport.inputName] + model.layers.map(\.name)
    try set(names, "layer_names", on: weights)
    try set([], "weight_names", on: weights.createGroup(KerasExport.inputName))
    for layer in model.layers {
      let group = try weights.createGroup(layer.name)
      try set(layer.weights.map { "\(layer.name)/\($0.role):0" }, "weight_names", on: group)
      for weight in layer.weights {
        let dataset = try group.createDataset(
          "\(layer.name)/\(weight.role):0", of: .float32, shape: weight.shape)
        try dataset.write(weight.values)
      }
    }
    try file.close()
  }

  /// Sets a list of names, cut as Keras cuts it where HDF5 takes no longer attribute.
  private static func set(_ names: [String], _ attribute: String, on group: HDF5Group) throws {
    let limit = 1_000
    guard names.count > limit else {
      try group.attributes.set(.texts(names), for: attribute)
      return
    }
    for (part, start) in stride(from: 0, to: names.count, by: limit).enumerated() {
      try group.attributes.set(
        .texts(Array(names[start..<min(start + limit, names.count)])), for: "\(attribute)\(part)")
    }
  }

  private static func writeArchive(_ model: KerasExport, to url: URL) throws {
    let folder = FileManager.default.temporaryDirectory
      .appending(path: "lethe-\(UUID().uuidString)")
    try FileManager.default.createDirectory(at: folder, withIntermediateDirectories: false)
    defer { try? FileManager.default.removeItem(at: folder) }
    let place = folder.appending(path: "weights.h5")
    let file = try HDF5File.create(place)
    let root = try file.root()
    _ = try root.createGroup("vars")
    _ = try root.createGroup("layers/input_layer/vars")
    var counters: [String: Int] = [:]
    for layer in model.layers {
      let key = KerasModelConfig.group(layer.className, &counters)
      let group = try root.createGroup("layers/\(key)/vars")
      try group.attributes.set(.text(layer.name), for: "name")
      for (index, weight) in layer.weights.enumerated() {
        try group.createDataset("\(index)", of: .float32, shape: weight.shape)
          .write(weight.values)
      }
    }
    try file.close()
    let archive = try ZipWriter(url)
    // The date is part of the format; a fixed one keeps equal networks equal files.
    try archive.add(
      "metadata.json",
      Array(#"{"keras_version": "3.0.0", "date_saved": "1980-01-01@00:00:00"}"#.utf8))
    try archive.add("config.json", [UInt8](try KerasModelJSON(model).data))
    try archive.add("model.weights.h5", contentsOf: place)
    try archive.finish()
  }
}
