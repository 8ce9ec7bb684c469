import Foundation
import Raster

@testable import Ingest

/// The readers of files that come from elsewhere.
enum FuzzTarget: String, CaseIterable {
  case csv, facs, keras, mat, npy, onnx, picture, pytorch, relu, safetensors

  /// Reads bytes as a file of this kind.
  ///
  /// - Parameter bytes: The file.
  /// - Throws: What the reader throws for a malformed one.
  func read(_ bytes: [UInt8]) throws {
    switch self {
    case .csv:
      let reader = try CSVReader(ScratchFile.write(bytes), name: "fuzz.csv")
      while try reader.record() != nil {}
    case .facs:
      // The text files that stand beside pictures: codes of action units, and lines of numbers.
      _ = try? FACSCodes(bytes)
      _ = try NumberLines(bytes)
    case .mat: _ = try MATFile(bytes)
    case .npy: _ = try NumPyArray(bytes)
    case .onnx:
      _ = try ONNXFile.read(Data(bytes), name: "fuzz.onnx", folder: ScratchFile.folder)
    case .picture:
      // Small limits, since the decoders of the system take their time over large pictures.
      let limits = PictureLimits(pixels: 1_000_000, fileBytes: 1_000_000)
      _ = try PictureHeader.read(ScratchFile.write(bytes), limits: limits)
      _ = try Picture.decode(bytes, name: "fuzz", limits: limits)
    case .relu: ReluStream(bytes)?.check()
    case .safetensors: _ = try SafetensorsReader.tensors(of: ScratchFile.write(bytes))
    case .keras, .pytorch: _ = try NetworkFile.read(ScratchFile.write(bytes))
    }
  }
}
