import Compute
import Foundation

/// Networks in ONNX files: opsets 7 to 21, as PyTorch, tf2onnx and others write them.
enum ONNXFile {
  /// The versions of the standard operators that are read.
  static let opsets = 7...21

  /// Whether a file begins as ONNX models do: the number of the format, then another field.
  ///
  /// - Parameter prefix: At least the first three bytes of the file.
  /// - Returns: Whether the file may be one; only reading it tells.
  static func recognises(_ prefix: [UInt8]) -> Bool {
    // Keys of the fields 2 to 8, 14, 20 and 25 of a ModelProto, by their wire types.
    let keys: [UInt8] = [0x12, 0x1a, 0x22, 0x28, 0x32, 0x3a, 0x42, 0x72, 0xa2, 0xca]
    return prefix.count > 2 && prefix[0] == 0x08 && (1..<64).contains(prefix[1])
      && keys.contains(prefix[2])
  }

  /// Reads graph and weights; nothing of the file is trusted or run.
  ///
  /// - Parameters:
  ///   - url: The `.onnx` file; external data must lie in its folder.
  ///   - inputSize: Height and width of the input where the file leaves them free.
  /// - Returns: The network, its logits last.
  /// - Throws: `IngestError` if the file is damaged, or has what Lethe cannot run.
  static func read(_ url: URL, inputSize: Int? = nil) throws -> ImportedNetwork {
    let bytes: Data
    do {
      bytes = try Data(contentsOf: url, options: .mappedIfSafe)
    } catch {
      throw IngestError(
        "cannot read \(url.path): \(error.localizedDescription)", advice: "check the path")
    }
    return try read(
      bytes, name: url.path, folder: url.deletingLastPathComponent(), inputSize: inputSize)
  }

  /// Reads a network from the bytes of a file.
  ///
  /// - Parameters:
  ///   - bytes: The file, indices from 0.
  ///   - name: How errors call it.
  ///   - folder: Where external data may lie.
  ///   - inputSize: Height and width of the input where the file leaves them free.
  /// - Returns: The network, its logits last.
  /// - Throws: `IngestError` as the other one.
  static func read(
    _ bytes: Data, name: String, folder: URL, inputSize: Int? = nil
  ) throws -> ImportedNetwork {
    do {
      let model = try ONNXModel(bytes)
      guard opsets.contains(model.opset) else {
        throw ONNXProblem(
          model.opset == 0 ? "it names no opset" : "it uses opset \(model.opset)",
          advice: "export it again with an opset from \(opsets.lowerBound) to \(opsets.upperBound)")
      }
      var lowering = try ONNXLowering(
        model, ONNXStorage(folder: folder, size: bytes.count), inputSize: inputSize)
      return try lowering.network()
    } catch let problem as ONNXProblem {
      throw IngestError(
        "cannot read the ONNX model \(name): \(problem.reason)",
        advice: problem.advice ?? "export the model again, or check it with onnx.checker")
    } catch let error as NetworkError {
      throw IngestError(
        "cannot read the ONNX model \(name): \(error.description)",
        advice: "check the model's shapes with onnx.shape_inference")
    }
  }
}
