import Compute
import Foundation

/// The configuration of a model to be written.
struct KerasModelJSON {
  private let model: KerasExport
  private var isNew: Bool { model.version >= 3 }

  init(_ model: KerasExport) { self.model = model }

  /// The JSON text, the same for the same model.
  var data: Data {
    get throws {
      let shape: [Any] = [
        NSNull(), model.graph.input.height, model.graph.input.width, model.graph.input.channels,
      ]
      let input = layer(
        KerasExport.inputName, "InputLayer",
        [isNew ? "batch_shape" : "batch_input_shape": shape, "sparse": false], calls: [])
      let layers = model.layers.map { item in
        layer(
          item.name, item.className, item.config.merging(["trainable": true]) { first, _ in first },
          calls: [call(item.inputs)])
      }
      let reference = { (name: String) -> Any in [name, 0, 0] as [Any] }
      var object: [String: Any] = [
        "class_name": "Functional",
        "config": [
          "name": "network", "trainable": true, "layers": [input] + layers,
          "input_layers": [reference(KerasExport.inputName)],
          "output_layers": [reference(model.output)],
        ] as [String: Any],
      ]
      if isNew {
        object["module"] = "keras.src.models.functional"
        object["registered_name"] = "Functional"
      }
      return try JSONSerialization.data(withJSONObject: object, options: [.sortedKeys])
    }
  }

  private func layer(
    _ name: String, _ className: String, _ config: [String: Any], calls: [Any]
  ) -> [String: Any] {
    var config = config
    config["name"] = name
    config["dtype"] = "float32"
    var object: [String: Any] = [
      "class_name": className, "config": config, "name": name, "inbound_nodes": calls,
    ]
    if isNew {
      object["module"] = "keras.layers"
      object["registered_name"] = NSNull()
    }
    return object
  }

  /// One call of a layer: a list of [layer, call, output, arguments], or tensors with their history.
  private func call(_ inputs: [String]) -> Any {
    guard isNew else {
      return inputs.map { [$0, 0, 0, [String: Any]()] as [Any] }
    }
    let tensors: [Any] = inputs.map { name in
      [
        "class_name": "__keras_tensor__",
        "config": [
          "shape": shape(of: name), "dtype": "float32", "keras_history": [name, 0, 0] as [Any],
        ] as [String: Any],
      ] as [String: Any]
    }
    // Layers of several inputs take them as one list.
    return ["args": tensors.count == 1 ? tensors : [tensors], "kwargs": [String: Any]()]
  }

  private func shape(of name: String) -> [Any] {
    guard let value = model.shapes[name] else { return [NSNull()] }
    let sides =
      value.isVector
      ? [value.shape.channels]
      : [value.shape.height, value.shape.width, value.shape.channels]
    return [NSNull()] + sides.map { $0 as Any }
  }
}
