import Compute
public import Warehouse

/// A stored network once more under another name, some of its weights changed: for ablations, and
/// for comparisons whose answer is known.
public enum ModelCopy {
  /// Stores a copy.
  ///
  /// Layers before the first one whose weights changed keep their keys, and with them everything
  /// that is stored of them.
  ///
  /// - Parameters:
  ///   - source: The name of the model that is copied; it becomes the copy's parent.
  ///   - name: What the copy is called.
  ///   - store: A warehouse that is open for writing.
  ///   - change: Gets the weights by name and changes their values; names and shapes must stay.
  /// - Returns: The copy's row id.
  /// - Throws: `IngestError` if `change` adds, drops or reshapes weights; `WarehouseError` if the
  ///   source is unknown or another model bears the name; what `change` throws.
  @discardableResult
  public static func save(
    of source: String, as name: String, in store: Store,
    change: (inout [String: StoredTensor]) throws -> Void = { _ in }
  ) throws -> Int64 {
    let model = try store.model(named: source)
    let variant = try Variant(model)
    let tensors = try store.tensors(of: model)
    var changed = Dictionary(tensors.map { ($0.name, $0) }, uniquingKeysWith: { first, _ in first })
    try change(&changed)
    guard changed.count == tensors.count else {
      throw IngestError(
        "the copy of `\(source)` has \(changed.count) weights instead of \(tensors.count)",
        advice: "change values alone")
    }
    let parameters = try tensors.map { tensor -> (String, Tensor) in
      guard let new = changed[tensor.name], new.shape == tensor.shape,
        new.values.count == tensor.values.count
      else {
        throw IngestError(
          "the copy of `\(source)` lacks the weights \(tensor.name), or has them in another shape",
          advice: "change values alone")
      }
      return (tensor.name, Tensor(shape: new.shape, values: new.values))
    }
    return try store.save(
      NetworkDescription(
        name: name, task: variant.task, parent: source, graph: variant.graph,
        classes: variant.classes, preprocessing: variant.preprocessing,
        numerics: variant.numerics ?? .fast),
      parameters: Parameters(parameters))
  }
}
