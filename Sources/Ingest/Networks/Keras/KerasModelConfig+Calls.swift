import Foundation

extension KerasModelConfig {
  /// The calls of a layer, each with the values that it reads.
  ///
  /// Keras 2 writes a call as a list of [layer, call, output, …], Keras 3 as an object whose
  /// arguments hold tensors with their history.
  static func calls(of item: KerasConfig) throws -> [[KerasValue]] {
    let nodes = item.list("inbound_nodes") ?? []
    // A single call of a single input, written flat.
    if nodes.first is [Any], let first = (nodes.first as? [Any])?.first, first is String {
      return [references(nodes)]
    }
    return nodes.map { node in
      guard let call = KerasConfig(node) else { return references(node) }
      return histories(call.value("args"), depth: 0) + histories(call.value("kwargs"), depth: 0)
    }
  }

  /// Layers named by [layer, call, output], or by a list of those.
  static func references(_ value: Any?) -> [KerasValue] {
    guard let items = value as? [Any] else { return [] }
    if let name = items.first as? String {
      let call = items.count > 1 ? KerasConfig.integer(items[1]) ?? 0 : 0
      return [KerasValue(layer: name, call: call)]
    }
    return items.flatMap { item in
      guard let parts = item as? [Any], let name = parts.first as? String else {
        return [KerasValue]()
      }
      let call = parts.count > 1 ? KerasConfig.integer(parts[1]) ?? 0 : 0
      return [KerasValue(layer: name, call: call)]
    }
  }

  /// The tensors among the arguments of a call.
  private static func histories(_ value: Any?, depth: Int) -> [KerasValue] {
    guard depth < 8 else { return [] }
    if let items = value as? [Any] { return items.flatMap { histories($0, depth: depth + 1) } }
    guard let object = KerasConfig(value) else { return [] }
    if object.text("class_name") == "__keras_tensor__" {
      return references(object.object("config")?.value("keras_history"))
    }
    return object.names.flatMap { histories(object.value($0), depth: depth + 1) }
  }
}
