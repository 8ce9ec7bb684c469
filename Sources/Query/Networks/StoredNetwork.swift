public import Compute
import Foundation
public import Warehouse

/// A network of the warehouse with its weights, ready to be run again over stored inputs.
///
/// Questions that stored activations cannot answer, such as gradients and relevance, run the network
/// on the inputs that ingest kept: no picture is decoded again.
public struct StoredNetwork: Sendable {
  /// Its name.
  public let name: String
  /// The labels in the order of the logits.
  public let classes: [String]
  /// The network.
  public let graph: Graph
  /// Its weights.
  public let parameters: Parameters
  /// From stored inputs to the numbers that the network takes.
  public let normalisation: PixelNormalisation
  /// How its convolutions are computed.
  public let numerics: Numerics
  /// The key of the stored inputs that it reads.
  public let inputKey: String

  /// Loads a network.
  ///
  /// - Parameters:
  ///   - model: The model, as `Store.model(named:)` gives it.
  ///   - store: The warehouse that holds it.
  /// - Throws: `QueryError` if its graph or preprocessing cannot be read, `NetworkError` if the
  ///   weights do not fit the graph, `WarehouseError` if the weights cannot be read.
  public init(_ model: StoredModel, in store: Store) throws {
    let record = model.record
    let decoder = JSONDecoder()
    guard record.graph != ModelRecord.noGraph else {
      throw QueryError.failed(
        "`\(record.name)` cannot be run: it was made from activations that another program computed,"
          + " and this needs the network itself")
    }
    do {
      graph = try decoder.decode(Graph.self, from: Data(record.graph.utf8))
    } catch {
      let reason = (error as? NetworkError).map { ": \($0)" } ?? ""
      throw QueryError.failed(
        "the graph of `\(record.name)` cannot be read\(reason); add the model again")
    }
    guard
      let normalisation = try? decoder.decode(
        PixelNormalisation.self, from: Data(record.preprocessing.utf8)), normalisation.isSound
    else {
      throw QueryError.failed(
        "the preprocessing of `\(record.name)` cannot be read: add the model again")
    }
    parameters = Parameters(
      try store.tensors(of: model).map { ($0.name, Tensor(shape: $0.shape, values: $0.values)) })
    try graph.check(parameters)
    name = record.name
    classes = record.classes
    self.normalisation = normalisation
    numerics = Numerics(rawValue: record.numerics) ?? .fast
    inputKey = record.inputKey
  }

  /// The network, ready to run as its stored activations were computed.
  ///
  /// - Throws: `NetworkError` if the weights do not fit the graph.
  func forward(threads: Int) throws -> ForwardPass {
    try ForwardPass(graph: graph, parameters: parameters, numerics: numerics, threads: threads)
  }

  /// The inputs of samples, as the network takes them.
  ///
  /// - Parameters:
  ///   - positions: Of the samples in the data set, in any order; memory follows their number.
  ///   - dataset: The row id of the data set.
  ///   - store: The warehouse.
  /// - Returns: `[samples, side, side, 3]`, in the order of `positions`.
  /// - Throws: `WarehouseError` that names the command to run if inputs are not stored.
  public func inputs(of positions: [Int], dataset: Int64, in store: Store) throws -> Activation {
    let rows = try store.readBytes(
      key: inputKey, tier: .inputs, dataset: dataset, positions: positions)
    let side = graph.input.height
    guard rows.values.count == positions.count * side * side * 3 else {
      throw WarehouseError(
        .damaged, "inputs", "rows of \(rows.rowShape) for an input of \(side)×\(side)",
        advice: "run lethe verify")
    }
    return normalisation.activation(rows.values, samples: positions.count, side: side)
  }
}
