import CommandLineKit
import Ingest

/// The fresh network of a training run.
enum ArchitectureOptions {
  enum Architecture: String, CaseIterable, ExpressibleByArgument {
    case vgg16
    case vgg16BatchNorm = "vgg16-bn"
  }

  static let architecture = Option<Architecture>(
    "arch", value: "NAME",
    help: "The network; with batch norm (bn) it learns from far fewer pictures.",
    default: .vgg16BatchNorm)
  static let width = Option<Double>(
    "width", value: "X", help: "Multiplies the channels of every convolution; 1 is VGG16 itself.",
    default: 0.25
  ) { $0 > 0 && $0 <= 4 ? nil : "is not above 0 and at most 4" }
  static let inputSize = Option<Int>(
    "input-size", value: "N", help: "Pixels a side of the input.", default: 64
  ) { (32...1024).contains($0) ? nil : "is not between 32 and 1024" }
  static let dense = Option<Int>(
    "dense", value: "N", help: "Units of fc6 and fc7.", default: 256
  ) { (1...65536).contains($0) ? nil : "is not between 1 and 65536" }
  static let dropout = Option<Double>(
    "dropout", value: "P", help: "Dropout before fc7 and logits.", default: 0
  ) { $0 >= 0 && $0 < 1 ? nil : "is not at least 0 and below 1" }

  static let group = OptionGroup("Network", [architecture, width, inputSize, dense, dropout])

  static func value(_ values: ArgumentValues) -> VGGArchitecture {
    VGGArchitecture(
      inputSize: values[inputSize], width: values[width], denseWidth: values[dense],
      batchNorm: values[architecture] == .vgg16BatchNorm, dropout: values[dropout])
  }
}
