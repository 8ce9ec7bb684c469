public import Foundation

extension Store {
  /// Writes the weights of a model as a safetensors file.
  ///
  /// - Parameters:
  ///   - model: The model.
  ///   - metadata: Texts by name that go into the header.
  ///   - url: Where; nothing may be there.
  /// - Throws: `WarehouseError` if the weights cannot be read or the file cannot be written.
  public func exportWeights(
    of model: StoredModel, metadata: [String: String], to url: URL
  ) throws {
    try SafetensorsWriter.write(try tensors(of: model), metadata: metadata, to: url)
  }
}
