import Compute
import Foundation
import SQLite
import Warehouse

/// A stored model as an ingest runs it: its graph, and what each named layer is keyed by.
struct Variant: Sendable {
  /// One named layer.
  struct Layer: Sendable, Equatable {
    let name: String
    let kind: String
    let shape: Shape
    /// The digest of everything that its activation depends on.
    let key: String

    var positions: Int { shape.height * shape.width }
  }

  let id: Int64
  let name: String
  let task: String
  let graph: Graph
  let classes: [String]
  let preprocessing: Preprocessing
  let layers: [Layer]

  var inputKey: String { preprocessing.geometry.key }
  /// The last named layer: what the predictions are made of.
  var head: Layer { layers[layers.count - 1] }

  func ordinal(of layer: String) -> Int? { layers.firstIndex { $0.name == layer } }

  /// The variant of a stored model.
  ///
  /// - Throws: `IngestError` if what is stored cannot be a network.
  init(_ model: StoredModel) throws {
    let record = model.record
    id = model.id
    name = record.name
    task = record.task
    let damaged = IngestError(
      "the stored network `\(record.name)` cannot be read",
      advice: "`lethe verify` tells what is damaged; add or train the model again")
    guard let graph = try? JSONDecoder().decode(Graph.self, from: Data(record.graph.utf8)),
      !record.layers.isEmpty
    else { throw damaged }
    self.graph = graph
    classes = record.classes
    preprocessing = try Preprocessing(json: record.preprocessing)
    layers = record.layers.map {
      Layer(
        name: $0.name, kind: $0.kind,
        shape: Shape(
          channels: $0.shape.channels, height: $0.shape.height, width: $0.shape.width),
        key: $0.prefix)
    }
    guard head.shape.count == classes.count else { throw damaged }
  }
}
