import Compute
import Foundation

/// A network as a file holds it, with what is known of where it comes from.
struct ReadNetwork {
  /// Whose conventions a file follows.
  private enum Origin: String {
    case safetensors
    case torch = "PyTorch"
    case keras = "Keras"
    case onnx = "ONNX"
  }

  /// The network with its graph.
  let network: ImportedNetwork
  /// The format in words.
  let format: String
  /// The preprocessing that such networks mostly had.
  let assumedPreset: PreprocessingPreset

  /// Reads a file; its contents tell the format.
  ///
  /// - Parameters:
  ///   - file: The file.
  ///   - architecture: Of weights that come without a graph; nil: told from names and shapes.
  ///   - inputSize: Pixels a side of the input, where the file leaves it open.
  /// - Throws: What the readers throw.
  init(_ file: URL, architecture: String?, inputSize: Int?) throws {
    let origin = try ReadNetwork.origin(of: file)
    if origin == .onnx {
      try ReadNetwork.refuse(architecture, file)
      network = try ONNXFile.read(file, inputSize: inputSize)
      (format, assumedPreset) = ("ONNX", .imagenetTorch)
      return
    }
    let assumed: PreprocessingPreset = origin == .keras ? .imagenetCaffe : .imagenetTorch
    switch try NetworkFile.read(file, inputSize: inputSize) {
    case .network(let found):
      try ReadNetwork.refuse(architecture, file)
      network = found
      format = "\(origin.rawValue), with its graph"
      // Only networks of Keras's own applications are known to take Caffe's numbers.
      // Their VGGs bear Lethe's names by now.
      let isApplication = origin == .keras && found.graph.nodes.contains { $0.name == "conv1_1" }
      assumedPreset = isApplication ? assumed : .unit
    case .stateDict(let tensors):
      var (named, notes) = (tensors, [String]())
      if origin == .keras {
        let names = try KerasCountedNames(tensors, architecture: architecture)
        (named, notes) = (names.tensors, names.notes)
      }
      var matched = try ArchitectureMatcher.match(
        named, architecture: architecture, inputSize: inputSize,
        channelsLastFlatten: origin == .keras)
      matched.notes += notes
      network = matched
      format = "\(origin.rawValue), weights"
      assumedPreset = assumed
    }
    if let inputSize, network.graph.input.height != inputSize {
      throw IngestError(
        "the network takes \(network.graph.input.height) pixels a side, not \(inputSize)",
        advice: "leave out --input-size")
    }
  }

  /// A graph in the file leaves nothing to be told.
  private static func refuse(_ architecture: String?, _ file: URL) throws {
    guard let architecture else { return }
    throw IngestError(
      "\(file.lastPathComponent) holds its own graph, so --arch \(architecture) says nothing",
      advice: "leave out --arch")
  }

  private static func origin(of file: URL) throws -> Origin {
    var isFolder: ObjCBool = false
    guard FileManager.default.fileExists(atPath: file.path, isDirectory: &isFolder) else {
      throw IngestError("there is no file \(file.path)", advice: "check the path")
    }
    guard !isFolder.boolValue else {
      throw IngestError(
        "\(file.path) is a folder", advice: "name the file in it that holds the network")
    }
    guard let handle = try? FileHandle(forReadingFrom: file) else {
      throw IngestError("\(file.path) cannot be read", advice: "check its permissions")
    }
    defer { try? handle.close() }
    guard let data = try handle.read(upToCount: 64), !data.isEmpty else {
      throw IngestError("\(file.path) is empty", advice: "write or copy it again")
    }
    let start = [UInt8](data)
    if start.starts(with: [0x89, 0x48, 0x44, 0x46]) { return .keras }
    if start.starts(with: [0x50, 0x4b]) {
      return file.pathExtension.lowercased() == "keras" ? .keras : .torch
    }
    if start.count > 8, start[8] == UInt8(ascii: "{"), start[6] == 0, start[7] == 0 {
      return .safetensors
    }
    return file.pathExtension.lowercased() == "onnx" || ONNXFile.recognises(start)
      ? .onnx : .torch
  }
}
