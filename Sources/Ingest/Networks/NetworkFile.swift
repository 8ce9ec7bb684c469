import Archive
import Foundation
import HDF5
import Warehouse

/// Reads the network files of other frameworks.
enum NetworkFile {
  private static let hdf5Start: [UInt8] = [0x89, 0x48, 0x44, 0x46, 0x0d, 0x0a, 0x1a, 0x0a]

  /// What a network file holds; its format is told from its contents, not from its name.
  ///
  /// Read are safetensors, files of `torch.save` and Keras models.
  ///
  /// - Parameters:
  ///   - url: The file.
  ///   - inputSize: Pixels a side of the input, where the file leaves it open.
  /// - Returns: A network with its graph, or the weights alone where the format has no graph.
  /// - Throws: `IngestError`, `ArchiveError`, `HDF5Error`, `WarehouseError` or `NetworkError`: the
  ///   file is missing, malformed, of another format, or holds what cannot be run.
  static func read(_ url: URL, inputSize: Int? = nil) throws -> NetworkFileContents {
    let prefix = try start(of: url)
    if ZipFile.isArchive(prefix) { return try readArchive(url, inputSize) }
    if prefix.starts(with: TorchLegacyFile.start) {
      return .stateDict(try TorchLegacyFile(url).tensors())
    }
    if prefix.starts(with: hdf5Start) { return try KerasFile.read(url, inputSize: inputSize) }
    if isSafetensors(prefix) { return .stateDict(try SafetensorsReader.tensors(of: url)) }
    throw IngestError(
      "\(url.path): the file is of no format that is known here",
      advice:
        "give a network as safetensors, as saved by PyTorch (.pt, .pth) or Keras (.h5, .keras)")
  }

  private static func readArchive(_ url: URL, _ inputSize: Int?) throws -> NetworkFileContents {
    let archive = try ZipFile(url)
    if TorchArchive.recognises(archive) {
      return .stateDict(try TorchArchive(archive).tensors())
    }
    if KerasFile.recognises(archive) {
      return try KerasFile.read(archive, inputSize: inputSize)
    }
    throw IngestError(
      "\(url.path): the zip archive is neither a file of torch.save nor a Keras model",
      advice: "unpack it and give the network within it")
  }

  /// The first bytes of a file.
  private static func start(of url: URL) throws -> [UInt8] {
    guard let handle = try? FileHandle(forReadingFrom: url),
      let bytes = try? handle.read(upToCount: 64)
    else {
      throw IngestError(
        "\(url.path): the file cannot be read", advice: "check the path and its permissions")
    }
    return [UInt8](bytes)
  }

  /// Whether a file begins with the length of a header, and the header with a brace.
  private static func isSafetensors(_ prefix: [UInt8]) -> Bool {
    prefix.count > 8 && prefix[8] == UInt8(ascii: "{") && prefix[5..<8].allSatisfy { $0 == 0 }
  }
}
