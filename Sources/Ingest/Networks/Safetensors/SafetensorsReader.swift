import Compute
import Foundation
import Warehouse

/// Reads the weights of a safetensors file.
enum SafetensorsReader {
  /// The floating-point tensors by name; counters and other integers are left out.
  ///
  /// - Parameter url: The file.
  /// - Returns: The tensors in the file's own layout.
  /// - Throws: `WarehouseError` if the file is malformed, `IngestError` if weights are stored in a
  ///   format that is not read or there are none.
  static func tensors(of url: URL) throws -> [String: Tensor] {
    let file = try SafetensorsFile(url)
    defer { try? file.close() }
    var tensors: [String: Tensor] = [:]
    for entry in file.entries {
      guard entry.format != nil else {
        guard !entry.type.hasPrefix("F8") else {
          throw IngestError(
            "\(url.path): the tensor \(entry.name) holds 8-bit floats (\(entry.type))",
            advice: "save the weights as F32, F16 or BF16")
        }
        continue
      }
      let stored = try file.read(entry)
      tensors[entry.name] = Tensor(shape: stored.shape, values: stored.values)
    }
    guard !tensors.isEmpty else {
      throw IngestError(
        "\(url.path): the file holds no floating-point tensor",
        advice: "save the weights of the network, for example its state dict")
    }
    return tensors
  }
}
