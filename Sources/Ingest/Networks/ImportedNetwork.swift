import Compute

/// A network as a file of another framework describes it: graph and weights in Lethe's terms.
///
/// Kernels are [outputs, inputs, height, width], dense weights [outputs, inputs] for channels-first
/// vectors, whatever the file had.
struct ImportedNetwork: Sendable {
  /// The graph; its last node gives logits, without a closing softmax.
  var graph: Graph
  /// What the graph has learnt, by Lethe's names.
  var parameters: Parameters
  /// The names of the classes in the order of the logits, where the file tells them.
  var classes: [String]?
  /// What a user should know of the reading, a sentence each: what was left out or assumed.
  var notes: [String] = []
}

/// What a network file holds.
enum NetworkFileContents: Sendable {
  /// A graph with its weights: Keras models and ONNX.
  case network(ImportedNetwork)
  /// Weights by the file's own names and in its own layout: safetensors, PyTorch state dicts.
  case stateDict([String: Tensor])
}
