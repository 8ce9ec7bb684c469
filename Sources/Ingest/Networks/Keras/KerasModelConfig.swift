import Foundation

/// The configuration of a Keras model, with nested models dissolved into their layers.
///
/// Understands what Keras 2.0 to 3.x write: `inbound_nodes` as nested lists or as arguments, layers
/// of a sequence as a list or an object.
struct KerasModelConfig {
  private(set) var layers: [KerasLayer] = []
  /// [height, width, channels] or [channels, height, width]; nil = not fixed.
  private(set) var inputShape: [Int?] = []
  private(set) var output = KerasValue(layer: "", call: 0)
  private var inputName: KerasValue?
  private var usedNames: Set<String> = []

  private static let layerLimit = 4_096
  private static let depthLimit = 16

  /// Reads the configuration of a model: an object of `class_name` and `config`.
  ///
  /// - Throws: `KerasProblem` if it makes no sense, or has several inputs or outputs.
  init(_ model: KerasConfig) throws {
    guard let name = model.text("class_name") else {
      throw KerasProblem(reason: "its configuration names no class")
    }
    output = try dissolve(
      model, className: name, path: "", groups: [], outermost: nil, input: nil, depth: 0)
    guard inputShape.count == 3 else {
      throw KerasProblem(
        reason: inputShape.isEmpty
          ? "its configuration does not say what its input is"
          : "its input is no picture of height, width and channels")
    }
  }

  /// Whether a class is that of a model.
  private static func isModel(_ className: String, _ config: KerasConfig?) -> Bool {
    className == "Sequential" || config?.list("layers") != nil
  }

  /// Adds the layers of a model.
  ///
  /// - Parameters:
  ///   - model: The object of class and configuration.
  ///   - className: Its class.
  ///   - path: What keys of values begin with in this model.
  ///   - groups: The groups of the weights of this model.
  ///   - outermost: The layer of the outermost model that this is; nil for the outermost itself.
  ///   - input: What the model reads; nil for the outermost.
  ///   - depth: How many models it is in.
  /// - Returns: The value that the model gives.
  /// - Throws: `KerasProblem` if its configuration makes no sense.
  private mutating func dissolve(
    _ model: KerasConfig, className: String, path: String, groups: [String], outermost: String?,
    input: KerasValue?, depth: Int
  ) throws -> KerasValue {
    guard depth < Self.depthLimit else {
      throw KerasProblem(reason: "its models are nested too deep")
    }
    let config = model.object("config")
    guard let items = config?.list("layers") ?? model.list("config") else {
      throw KerasProblem(
        reason:
          "its configuration lists no layers: a model of its own class (\(className.prefix(40)))"
          + " cannot be told from its file")
    }
    guard items.count <= Self.layerLimit else {
      throw KerasProblem(reason: "it has \(items.count) layers, which are too many")
    }
    let isSequence = className == "Sequential"
    var counters: [String: Int] = [:]
    var previous = input
    // Values by layer and call in this model; those of nested models are known by their outputs.
    var values: [KerasValue: KerasValue] = [:]
    for item in items {
      guard let item = KerasConfig(item), let itemClass = item.text("class_name"),
        let itemConfig = item.object("config") ?? KerasConfig([String: Any]())
      else { throw KerasProblem(reason: "a layer of its configuration is no object") }
      let ownName =
        item.text("name") ?? itemConfig.text("name") ?? "\(itemClass)_\(layers.count)"
      let group = Self.group(itemClass, &counters)
      let calls = isSequence ? [[]] : try Self.calls(of: item)
      if itemClass == "InputLayer" {
        let value = try self.input(itemConfig, path + ownName, inner: input)
        (values[KerasValue(layer: ownName, call: 0)], previous) = (value, value)
        continue
      }
      let isModel = Self.isModel(itemClass, itemConfig)
      if isSequence, previous == nil, !isModel {
        previous = try self.input(
          itemConfig, path + "input", inner: nil, fallback: config?.list("build_input_shape"))
      }
      for (index, call) in calls.enumerated() {
        let inputs =
          isSequence
          ? [previous].compactMap(\.self)
          : try call.map { value in
            guard let known = Self.lookUp(value, in: values) else {
              throw KerasProblem(
                reason:
                  "the layer \(ownName.prefix(60)) reads \(value.layer.prefix(60)), which does"
                  + " not come before it")
            }
            return known
          }
        let place = KerasWeightPlace(outermost: outermost ?? ownName, groups: groups + [group])
        let value: KerasValue
        if isModel {
          // A sequence may begin with a model, which then says itself what its input is.
          guard inputs.count == 1 || (isSequence && inputs.isEmpty), index == 0 else {
            throw KerasProblem(
              reason:
                "the model \(ownName.prefix(60)) within it has several inputs or is used twice")
          }
          value = try dissolve(
            item, className: itemClass, path: "\(path)\(ownName)/", groups: place.groups,
            outermost: place.outermost, input: inputs.first, depth: depth + 1)
        } else {
          value = try add(
            itemClass, itemConfig, ownName: ownName, path: path, place: place, inputs: inputs,
            call: index)
        }
        values[KerasValue(layer: ownName, call: index)] = value
        previous = value
      }
    }
    guard !isSequence else {
      guard let previous else { throw KerasProblem(reason: "it has no layers") }
      return previous
    }
    let outputs = Self.references(config?.value("output_layers"))
    guard outputs.count == 1, let value = Self.lookUp(outputs[0], in: values) else {
      throw KerasProblem(
        reason: outputs.count == 1
          ? "its output is a layer that it does not have"
          : "it has \(outputs.count) outputs instead of one")
    }
    return value
  }

  /// The value that a reference means.
  ///
  /// Keras counts the making of a nested model as its first call, so that what is used once may be
  /// referred to by another number.
  private static func lookUp(
    _ reference: KerasValue, in values: [KerasValue: KerasValue]
  ) -> KerasValue? {
    if let known = values[reference] { return known }
    let isUsedOnce = values[KerasValue(layer: reference.layer, call: 1)] == nil
    return isUsedOnce ? values[KerasValue(layer: reference.layer, call: 0)] : nil
  }

  /// Notes what the input of the outermost model is; that of a nested one is what it is called with.
  private mutating func input(
    _ config: KerasConfig, _ key: String, inner: KerasValue?, fallback: [Any]? = nil
  ) throws -> KerasValue {
    if let inner { return inner }
    guard inputName == nil else { throw KerasProblem(reason: "it has several inputs") }
    let value = KerasValue(layer: key, call: 0)
    inputName = value
    guard let shape = config.list("batch_shape") ?? config.list("batch_input_shape") ?? fallback
    else {
      throw KerasProblem(reason: "its configuration does not say what its input is")
    }
    inputShape = shape.dropFirst().map(KerasConfig.integer)
    return value
  }

  /// Whether a value is the input of the model.
  func isInput(_ value: KerasValue) -> Bool { value == inputName }

  private mutating func add(
    _ className: String, _ config: KerasConfig, ownName: String, path: String,
    place: KerasWeightPlace, inputs: [KerasValue], call: Int
  ) throws -> KerasValue {
    guard layers.count < Self.layerLimit else {
      throw KerasProblem(reason: "it has more than \(Self.layerLimit) layers")
    }
    let plain = Self.printable(ownName)
    var name = call == 0 ? plain : "\(plain)_call\(call + 1)"
    if usedNames.contains(name) { name = Self.printable(path + ownName).replacing("/", with: ".") }
    var number = 2
    while name == "input" || !usedNames.insert(name).inserted {
      name = "\(plain)_\(number)"
      number += 1
    }
    layers.append(
      KerasLayer(
        name: name, path: path, ownName: ownName, className: className, config: config,
        place: place,
        inputs: inputs, call: call))
    return KerasValue(layer: path + ownName, call: call)
  }

  /// A name that a graph can have.
  private static func printable(_ name: String) -> String {
    let scalars = name.unicodeScalars.prefix(80).map { scalar -> Character in
      scalar.value > 32 && scalar.value != 127 ? Character(scalar) : "_"
    }
    return scalars.isEmpty ? "layer" : String(scalars)
  }

  /// The group of a layer's weights in Keras 3: its class in small letters, counted.
  static func group(_ className: String, _ counters: inout [String: Int]) -> String {
    let words = className.replacing(#/(.)([A-Z][a-z]+)/#) { "\($0.1)_\($0.2)" }
      .replacing(#/([a-z])([A-Z])/#) { "\($0.1)_\($0.2)" }.lowercased()
    let count = counters[words, default: 0]
    counters[words] = count + 1
    return count == 0 ? words : "\(words)_\(count)"
  }
}
