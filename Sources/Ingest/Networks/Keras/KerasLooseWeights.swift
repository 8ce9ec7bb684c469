import Compute
import Foundation
import HDF5

/// Weights of a Keras model without its configuration.
///
/// They are named as in the file, `layer/kernel`, and brought into Lethe's layout: kernels
/// [outputs, inputs, height, width], dense weights [outputs, inputs].
enum KerasLooseWeights {
  private static let tensorLimit = 10_000

  /// The weights below a group, in either layout of Keras.
  ///
  /// - Throws: `HDF5Error`; `KerasProblem` if there are none.
  static func tensors(in root: UntrustedHDF5Group) throws -> [String: Tensor] {
    var tensors: [String: Tensor] = [:]
    let named = try root.contains("model_weights") ? root.group("model_weights") : root
    let weights = KerasNamedWeights(named)
    for layer in try weights.layerNames() {
      for name in try weights.weightNames(of: layer) {
        try add(named.group(layer).dataset(name), as: name, to: &tensors)
      }
    }
    if tensors.isEmpty { try addCounted(root, to: &tensors) }
    guard !tensors.isEmpty else {
      throw KerasProblem(
        reason: "the HDF5 file holds neither a Keras model nor its weights",
        advice: "save the model with model.save('model.keras')")
    }
    return tensors
  }

  /// Weights below the containers of Keras 3, which bear numbers instead of names.
  private static func addCounted(
    _ root: UntrustedHDF5Group, to tensors: inout [String: Tensor]
  ) throws {
    // Groups may hold each other, so that visits are counted.
    var groups = [root]
    var visits = 0
    while let group = groups.popLast() {
      for container in ["layers", "_layer_checkpoint_dependencies"] {
        guard try group.contains(container) else { continue }
        let layers = try group.group(container)
        for key in try layers.members() {
          visits += 1
          guard visits <= tensorLimit else { throw KerasProblem(reason: "it has too many layers") }
          let layer = try layers.group(key)
          groups.append(layer)
          guard try layer.contains("vars") else { continue }
          let variables = try layer.group("vars")
          var name = key
          if case .text(let own)? = try variables.attribute("name") { name = own }
          try addVariables(variables, layer: name, to: &tensors)
        }
      }
    }
  }

  private static func addVariables(
    _ group: UntrustedHDF5Group, layer: String, to tensors: inout [String: Tensor]
  ) throws {
    // In the order of their numbers; a batch norm has four vectors, others begin with a kernel.
    let members = try group.members().compactMap(Int.init).sorted()
    let datasets = try members.map { try group.dataset("\($0)") }
    let isNorm = datasets.allSatisfy { $0.shape.count == 1 }
    let roles = isNorm ? ["gamma", "beta", "moving_mean", "moving_variance"] : ["kernel", "bias"]
    guard isNorm ? datasets.count == 4 : datasets.count <= 2 else { return }
    for (role, dataset) in zip(roles, datasets) {
      try add(dataset, as: "\(layer)/\(role)", to: &tensors)
    }
  }

  private static func add(
    _ dataset: UntrustedHDF5Dataset, as name: String, to tensors: inout [String: Tensor]
  ) throws {
    guard tensors.count < tensorLimit else {
      throw KerasProblem(reason: "it holds more than \(tensorLimit) weights")
    }
    guard tensors[name] == nil else {
      throw KerasProblem(
        reason: "two of its layers are named \(name.prefix { $0 != "/" }.prefix(60)), since models"
          + " within it count theirs anew",
        advice: "save the whole model where its code is: model.save('model.keras')")
    }
    let shape = dataset.shape
    let values = try dataset.floats()
    switch shape.count {
    case 4 where !name.contains("depthwise"):
      tensors[name] = KerasGraph.kernel(
        values, Extent(height: shape[0], width: shape[1]), inputs: shape[2], outputs: shape[3])
    case 2:
      let transposed = KerasGraph.kernel(values, Extent(1), inputs: shape[0], outputs: shape[1])
      tensors[name] = Tensor(shape: [shape[1], shape[0]], values: transposed.values)
    default: tensors[name] = Tensor(shape: shape, values: values)
    }
  }
}
