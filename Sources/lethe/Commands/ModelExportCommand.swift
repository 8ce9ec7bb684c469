public import CommandLineKit
import Foundation
public import Ingest
import Warehouse

extension ModelExport.Format: EnumerableFlag {
  /// What the flag is for.
  public var help: String {
    switch self {
    case .safetensors: "Weights by Lethe's names; graph and preprocessing in the metadata."
    case .keras: "A Keras model with its graph: FILE.keras, else the .h5 of Keras 2 and 3."
    case .onnx: "An ONNX model with its graph."
    }
  }
}

/// `lethe model export`: a network as a file of another framework.
struct ModelExportCommand: ParsableCommand {
  static let name = Argument<String>("name", help: "The network.", completion: .models)
  static let format = Flag<ModelExport.Format?>(of: "format", help: "The format; one is needed.")
  static let output = Option<String>(
    required: "output", short: "o", value: "FILE",
    help: "The file, which appears when it is whole.", completion: .file())

  static let configuration = CommandConfiguration(
    commandName: "export",
    abstract: "Writes a network as a file of another framework.",
    discussion: """
      The files give logits: put a softmax behind them for probabilities. They take inputs as the \
      network does, after its preprocessing, which lethe model show tells; say it again if a file \
      is added to another warehouse. Convolution kernels of safetensors files are [outputs, \
      inputs, height, width], dense weights [outputs, inputs], as PyTorch has them. lethe model \
      add reads all three again.
      """,
    examples: [
      Example("lethe model export emotion --onnx -o emotion.onnx", "For ONNX Runtime"),
      Example("lethe model export emotion --keras -o emotion.h5", "For Keras 2 and 3"),
      Example(
        "lethe model export emotion --safetensors -o emotion.safetensors", "The weights alone"),
    ],
    parameters: [name, format, output])

  let values: ArgumentValues

  func validate() throws {
    if values[Self.format] == nil {
      throw ValidationError("say --safetensors, --keras or --onnx")
    }
  }

  func run(_ console: Console) throws {
    let context = Context(values: values, console: console)
    guard let format = values[Self.format] else { return }
    let store = try Store.open(context.warehouse, for: .reading)
    try ModelExport.write(
      values[Self.name], as: format, to: URL(filePath: values[Self.output]), from: store)
    context.note("\(values[Self.output]): \(values[Self.name]) as \(format.rawValue)")
  }
}
