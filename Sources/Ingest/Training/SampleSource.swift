import Compute
import Foundation
import SQLite
import Synchronization
import Warehouse

/// Samples of one split with labels of a task, as training takes them: as inputs of a network, or
/// as stored features that enter behind a layer.
struct SampleSource {
  /// What is loaded.
  enum Content {
    case inputs(Preprocessing)
    case features(Variant.Layer)
  }

  /// The most bytes that are kept in memory for one source; beyond that, each batch is read from
  /// the warehouse.
  static let memoryLimit = 256 << 20

  let store: Store
  let dataset: StoredDataset
  let task: String
  let classes: [String]
  let content: Content

  /// The training set of a split.
  ///
  /// - Throws: `IngestError` for a label that is none of the classes.
  func set(split: String) throws -> TrainingSet {
    let rows = try store.catalogue.rows(
      """
      SELECT s.position, l.label FROM sample s JOIN label l ON l.sample = s.id AND l.task = ?
      WHERE s.dataset = ? AND s.split = ? ORDER BY s.position
      """, task, dataset.id, split)
    let positions = rows.compactMap { $0[0].int }
    let labels = try rows.map { row in
      guard let label = classes.firstIndex(of: row[1].string ?? "") else {
        throw IngestError(
          "`\(dataset.name)` has samples with the \(task) label “\(row[1].string ?? "")”, which is"
            + " none of \(classes.joined(separator: ", "))", advice: "correct the labels")
      }
      return label
    }
    let load = try loader(of: positions)
    return TrainingSet(labels: labels, load: load)
  }

  private var bytesPerSample: Int {
    switch content {
    case .inputs(let preprocessing):
      preprocessing.geometry.size * preprocessing.geometry.size * 3
    case .features(let layer): layer.shape.count * 4
    }
  }

  private func loader(of positions: [Int]) throws -> @Sendable ([Int]) throws -> Activation {
    if positions.count * bytesPerSample <= SampleSource.memoryLimit { return try kept(positions) }
    // Loading may happen on another thread: a connection of its own, one call at a time.
    let reader = Mutex(try store.reader())
    let (content, dataset) = (content, dataset.id)
    return { indices in
      let wanted = indices.map { positions[$0] }
      return try reader.withLock { try SampleSource.read(content, dataset, wanted, from: $0) }
    }
  }

  private func kept(_ positions: [Int]) throws -> @Sendable ([Int]) throws -> Activation {
    guard !positions.isEmpty else {
      return { _ in Activation(samples: 0, shape: .init(channels: 1), values: []) }
    }
    switch content {
    case .inputs(let preprocessing):
      let key = preprocessing.geometry.key
      let rows = try store.readBytes(
        key: key, tier: .inputs, dataset: dataset.id, positions: positions)
      let size = bytesPerSample
      return { indices in
        let chosen = indices.flatMap { rows.values[$0 * size..<($0 + 1) * size] }
        return preprocessing.normalise(chosen, samples: indices.count)
      }
    case .features:
      let all = try SampleSource.read(content, dataset.id, positions, from: store)
      return { all.selecting($0) }
    }
  }

  private static func read(
    _ content: Content, _ dataset: Int64, _ positions: [Int], from store: Store
  ) throws -> Activation {
    switch content {
    case .inputs(let preprocessing):
      let rows = try store.readBytes(
        key: preprocessing.geometry.key, tier: .inputs, dataset: dataset, positions: positions)
      return preprocessing.normalise(rows.values, samples: positions.count)
    case .features(let layer):
      return try StoredActivation.read(
        layer, tier: .maps, dataset: dataset, positions: positions, from: store)
    }
  }
}
