import Compute

/// A Keras layer to be written.
struct KerasExportLayer {
  /// A weight in Keras' layout.
  struct Weight {
    /// What Keras calls it, such as `kernel`.
    let role: String
    let shape: [Int]
    let values: [Float]
  }

  let name: String
  let className: String
  /// What the layer's class needs besides name and type of numbers.
  let config: [String: any Sendable]
  /// Layers that it reads.
  let inputs: [String]
  var weights: [Weight] = []
}

/// Why a network cannot be written as a Keras model.
func kerasExportProblem(_ node: Node, _ reason: String) -> IngestError {
  IngestError(
    "the node \(node.name) (\(node.operation.kind)) cannot be written for Keras: \(reason)",
    advice: "export the network as ONNX or its weights as safetensors")
}
