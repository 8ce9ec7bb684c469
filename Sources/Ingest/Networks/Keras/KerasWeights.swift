import Compute
import Foundation
import HDF5

/// The weights of a Keras file, in either of its layouts.
protocol KerasWeights {
  /// The dataset of a weight.
  ///
  /// - Parameters:
  ///   - role: What Keras calls the weight, such as `kernel`.
  ///   - index: Which of its layer's weights it is.
  ///   - layer: The layer.
  /// - Returns: The dataset; nil if there is none.
  /// - Throws: `HDF5Error`, `KerasProblem`.
  func dataset(_ role: String, _ index: Int, of layer: KerasLayer) throws -> UntrustedHDF5Dataset?
}

/// Weights in groups named by their layers, each with a list of names: Keras 1 and 2's `.h5`, which
/// Keras 3 still writes.
final class KerasNamedWeights: KerasWeights {
  private static let nameLimit = 20_000

  private let root: UntrustedHDF5Group
  private var names: [String: [String]] = [:]

  /// Weights below a group, `model_weights` of a whole model or the root of a file of weights.
  init(_ root: UntrustedHDF5Group) { self.root = root }

  /// The names of the layers that have a group.
  func layerNames() throws -> [String] { try Self.texts("layer_names", of: root) ?? [] }

  /// The names of a layer's weights, which are paths below its group.
  func weightNames(of layer: String) throws -> [String] {
    if let known = names[layer] { return known }
    var found: [String] = []
    if !layer.isEmpty, try root.contains(layer) {
      found = try Self.texts("weight_names", of: root.group(layer)) ?? []
    }
    guard found.count <= Self.nameLimit else {
      throw KerasProblem(reason: "the layer \(layer.prefix(60)) has \(found.count) weights")
    }
    names[layer] = found
    return found
  }

  func dataset(_ role: String, _ index: Int, of layer: KerasLayer) throws -> UntrustedHDF5Dataset? {
    let isNested = layer.place.groups.count > 1
    let matching = try weightNames(of: layer.place.outermost).filter { name in
      let parts = name.split(separator: "/")
      guard let last = parts.last, Self.role(last) == role else { return false }
      // The weights of a nested model share one group; the layer stands before the role.
      return !isNested || parts.dropLast().last.map(String.init) == layer.ownName
    }
    guard matching.count <= 1 else {
      throw KerasProblem(
        reason: "it has several weights '\(role)' of the layer \(layer.name.prefix(60))")
    }
    guard let name = matching.first else { return nil }
    return try root.group(layer.place.outermost).dataset(name)
  }

  /// The role at the end of a name: `kernel:0` is `kernel`.
  static func role(_ last: Substring) -> String { String(last.prefix { $0 != ":" }) }

  /// A list of names, which Keras cuts into several attributes if it is long.
  private static func texts(
    _ name: String, of group: UntrustedHDF5Group
  ) throws -> [String]? {
    if let value = try group.attribute(name) { return try texts(value, name) }
    var found: [String]?
    for part in 0..<1_000 {
      guard let value = try group.attribute("\(name)\(part)") else { break }
      found = try (found ?? []) + texts(value, name)
    }
    return found
  }

  private static func texts(_ value: HDF5AttributeValue, _ name: String) throws -> [String] {
    switch value {
    case .texts(let texts): return texts
    case .text(let text): return [text]
    // An empty list has the type of numbers.
    case .floats(let numbers) where numbers.isEmpty: return []
    default: throw KerasProblem(reason: "its list \(name) holds no texts")
    }
  }
}

/// Weights in groups named by the classes of their layers, counted: `model.weights.h5` of `.keras`
/// files and `.weights.h5`.
struct KerasCountedWeights: KerasWeights {
  /// What a model's layers are kept below: Keras 3, and two forms of Keras 2.12 to 2.15.
  private static let containers = ["layers", "_layer_checkpoint_dependencies"]

  let root: UntrustedHDF5Group

  func dataset(_ role: String, _ index: Int, of layer: KerasLayer) throws -> UntrustedHDF5Dataset? {
    var path = ""
    for group in layer.place.groups {
      let found = try Self.containers.map { "\(path)\($0)/\(group)" }.first {
        try root.contains($0)
      }
      guard let found else { return nil }
      path = found + "/"
    }
    path += "vars/\(index)"
    return try root.contains(path) ? root.dataset(path) : nil
  }
}
