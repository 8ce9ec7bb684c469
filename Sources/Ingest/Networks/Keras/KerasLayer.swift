/// A layer of a Keras model, outside of nested models, with where its inputs come from.
struct KerasLayer {
  /// Its name, unique in the graph.
  let name: String
  /// The nested models that it is in, each with a slash after its name.
  let path: String
  /// Its name in its own model.
  let ownName: String
  let className: String
  let config: KerasConfig
  /// Where its weights are in a file.
  let place: KerasWeightPlace
  /// The values that it reads.
  let inputs: [KerasValue]
  /// Which call of the layer this is; one that is shared is called more than once.
  let call: Int
}

/// A value of the model: what the call of a layer gives.
struct KerasValue: Hashable {
  /// Places of the nested models that the layer is in, outermost first, and its name.
  let layer: String
  let call: Int
}

/// Where a layer's weights are.
struct KerasWeightPlace {
  /// The name of the layer of the outermost model that it is, or is in.
  let outermost: String
  /// The groups of the layout of Keras 3: the class of the layer in small letters and a counter,
  /// after those of the models that it is in.
  let groups: [String]
}
