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

    /// The kind of a layer that was brought in as maps.
    static let maps = "maps"
    /// The kind of a layer that was brought in as vectors.
    static let vector = "vector"

    /// Whether bits are kept of it unless something else is said.
    var hasBitsByDefault: Bool { ["convolution", Self.maps].contains(kind) }
  }

  let id: Int64
  let name: String
  let task: String
  let classes: [String]
  let preprocessing: Preprocessing
  let layers: [Layer]
  /// How its convolutions are computed, and by which kernels, as the warehouse spells it.
  let numericsName: String
  let kernel: String

  /// Ordinals of the layers that everything behind them follows from alone.
  let cuts: Set<Int>
  /// Names of the layers whose values cannot be negative; where there is no graph to tell it, what
  /// was found.
  var nonNegativeLayers: Set<String>
  private let runnable: Graph?

  /// Whether Lethe can run it.
  var isRunnable: Bool { runnable != nil }

  /// The network's graph.
  ///
  /// - Throws: `IngestError` for a model whose activations were brought in.
  var graph: Graph {
    get throws {
      if let runnable { return runnable }
      throw IngestError(
        "Lethe cannot run `\(name)`: it was made from activations that another program computed",
        advice: "bring more with lethe ingest --from-activations, or add the network itself")
    }
  }

  /// How its convolutions are computed, if that is known.
  var numerics: Numerics? { Numerics(rawValue: numericsName) }

  /// How this program has to compute it, so that new arrays go with those that are stored.
  ///
  /// - Throws: `IngestError` if its kernels are no more.
  var currentNumerics: Numerics {
    get throws {
      if let numerics, numerics.kernelPath == kernel { return numerics }
      throw IngestError(
        "the activations of `\(name)` were computed by the kernels \(kernel) (\(numericsName)),"
          + " which this version of Lethe does not have",
        advice: "what is stored stays readable; to compute more, bring the network in anew:"
          + " lethe model export \(name) --safetensors FILE, then lethe model add NEW FILE")
    }
  }

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
    do {
      runnable =
        record.graph == ModelRecord.noGraph
        ? nil : try JSONDecoder().decode(Graph.self, from: Data(record.graph.utf8))
    } catch let error as NetworkError {
      throw IngestError(
        "the stored network `\(record.name)` cannot be read: \(error)", advice: damaged.advice)
    } catch {
      throw damaged
    }
    guard !record.layers.isEmpty else { throw damaged }
    classes = record.classes
    (numericsName, kernel) = (record.numerics, record.kernel)
    preprocessing = try Preprocessing(json: record.preprocessing)
    layers = record.layers.map {
      Layer(
        name: $0.name, kind: $0.kind,
        shape: Shape(
          channels: $0.shape.channels, height: $0.shape.height, width: $0.shape.width),
        key: $0.prefix)
    }
    cuts = runnable.map(Variant.cuts) ?? []
    nonNegativeLayers = runnable?.nonNegativeLayers ?? []
    guard head.shape.count == classes.count,
      runnable.map({ layers.map(\.name) == $0.layers.map(\.name) }) ?? true
    else { throw damaged }
  }

  /// Whether a layer's values cannot be negative: a ReLU, or a pool of one.
  func isNonNegative(_ ordinal: Int) -> Bool { nonNegativeLayers.contains(layers[ordinal].name) }

  private static func cuts(of graph: Graph) -> Set<Int> {
    var cuts: Set<Int> = []
    var ordinal = 0
    for (index, node) in graph.nodes.enumerated() where node.isLayer {
      let before = Set(graph.nodes[..<index].map(\.name) + [Graph.inputName])
      if graph.nodes[(index + 1)...].allSatisfy({ $0.inputs.allSatisfy { !before.contains($0) } }) {
        cuts.insert(ordinal)
      }
      ordinal += 1
    }
    return cuts
  }
}
