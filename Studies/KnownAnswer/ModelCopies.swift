import Ingest
import Warehouse

/// Copies of the network `emotion`, those that are there already left alone.
enum ModelCopies {
  /// Stores a copy of `source`.
  ///
  /// - Parameters:
  ///   - name: What it is called.
  ///   - source: What is copied.
  ///   - store: The warehouse.
  ///   - change: Gets the weights and the names of the convolutions in order.
  /// - Throws: As `ModelCopy.save`.
  static func save(
    _ name: String, of source: String = "emotion", in store: Store,
    change: (inout [String: StoredTensor], [String]) throws -> Void = { _, _ in }
  ) throws {
    guard try !store.models().contains(where: { $0.record.name == name }) else { return }
    let convolutions = try store.model(named: source).record.layers.map(\.name)
      .filter { $0.hasPrefix("conv") }
    try ModelCopy.save(of: source, as: name, in: store) { try change(&$0, convolutions) }
  }
}
