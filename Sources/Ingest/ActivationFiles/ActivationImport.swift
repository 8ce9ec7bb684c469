import Compute
public import Foundation
import Hashing
import SQLite
public import Warehouse

/// Brings activations that another program computed into the warehouse, by the same tiers as an
/// ingest's.
public struct ActivationImport {
  /// What is to be brought in.
  public struct Options: Sendable {
    /// HDF5 or safetensors, an array a layer.
    public var file: URL
    /// The model, made with `model add --layers-from`.
    public var model: String
    /// The data set.
    public var dataset: String
    /// A text file with the paths of the rows, where the file does not tell them.
    public var paths: URL?
    /// What is kept of which layers.
    public var keep: KeepOptions
    /// Whether what another file brought gives way.
    public var isReplacing: Bool
    /// Threads that compute.
    public var threads: Int

    /// Options with their parts.
    public init(
      file: URL, model: String, dataset: String, paths: URL? = nil,
      keep: KeepOptions = KeepOptions(), isReplacing: Bool = false, threads: Int = 1
    ) {
      self.file = file
      self.model = model
      self.dataset = dataset
      self.paths = paths
      self.keep = keep
      self.isReplacing = isReplacing
      self.threads = threads
    }
  }

  /// What was done.
  public struct Summary: Sendable, Equatable {
    /// Samples whose layers were stored now; 0: everything was there.
    public var samples = 0
    /// Layers of the model.
    public var layers = 0
    /// Layers whose thresholds were found.
    public var thresholds = 0
    /// Rows of the file that belong to no sample of the data set.
    public var unusedRows = 0
  }

  let options: Options
  let store: Store
  let monitor: Monitor

  /// An import into a warehouse that is open for writing.
  public init(_ options: Options, store: Store, monitor: Monitor = Monitor()) {
    self.options = options
    self.store = store
    self.monitor = monitor
  }

  /// Checks the whole file, then stores what is missing.
  ///
  /// - Returns: What was done; a second run does nothing.
  /// - Throws: `IngestError` if the file does not fit the model or the data set, holds a number
  ///   that is not finite, or another file was brought in before; `CancellationError` if the user
  ///   stopped it. Blocks stored before stay, and the next run goes on from there.
  public func run() throws -> Summary {
    let dataset = try store.dataset(named: options.dataset)
    var variant = try Variant(store.model(named: options.model))
    guard !variant.isRunnable else {
      throw IngestError(
        "`\(variant.name)` is a network that Lethe runs itself",
        advice: "run lethe ingest, or make a model of these activations: lethe model add NAME"
          + " --layers-from FILE")
    }
    let file = try ActivationFile(options.file, logits: variant.head.name)
    try check(file, variant)
    let rows = try sampleRows(file, dataset)
    let digest = try SHA256.hex(ofFile: options.file).digest
    try checkOrigin(digest, variant, dataset)
    try store.checkQuantile(of: options.keep, dataset)

    let run = try store.beginRun(
      kind: "activations", model: variant.name, dataset: dataset.name)
    let origin = ActivationImport.origin(digest)
    try store.catalogue.run("UPDATE run SET detail = ? WHERE id = ?", origin, run)
    do {
      variant.nonNegativeLayers = try scan(file, rows.rows, variant, dataset)
      var summary = try fill(file, rows.rows, variant, dataset)
      summary.unusedRows = rows.unused
      try store.finishRun(run, .done, detail: "\(origin): \(summary.samples) samples")
      return summary
    } catch {
      let state: RunState = error is CancellationError ? .interrupted : .failed
      try? store.finishRun(run, state, detail: "\(origin): \(error)")
      throw error
    }
  }

  private func check(_ file: ActivationFile, _ variant: Variant) throws {
    for layer in variant.layers {
      let found = file.layers.first { $0.name == layer.name }
      guard let found, found.shape == layer.shape else {
        throw IngestError(
          "\(options.file.path) has "
            + (found.map { "`\(layer.name)` as \($0.shape), and" } ?? "no array `\(layer.name)`;")
            + " `\(variant.name)` has it as \(layer.shape)",
          advice: "write the layers that it was made with, or make another model from this file")
      }
    }
  }

  private func sampleRows(_ file: ActivationFile, _ dataset: StoredDataset) throws -> SampleRows {
    let source = options.paths ?? options.file
    guard let paths = try options.paths.map(SampleRows.list) ?? file.paths else {
      throw IngestError(
        "\(options.file.path) does not tell which picture each row is of",
        advice: "write the list as `paths` into it, or give a text file: --paths LIST")
    }
    guard paths.count == file.samples else {
      throw IngestError(
        "\(source.path) names \(paths.count) paths, and the arrays have \(file.samples) rows",
        advice: "name one path a row, in their order")
    }
    return try SampleRows(
      paths: paths, samples: store.samples(of: dataset.id, positions: 0..<dataset.count),
      dataset: dataset, source: source.path)
  }

  private static func origin(_ digest: String) -> String { "sha256 \(digest)" }

  /// Throws if what is stored came from another file, unless that shall give way.
  private func checkOrigin(
    _ digest: String, _ variant: Variant, _ dataset: StoredDataset
  ) throws {
    let stored = try variant.layers.contains { layer in
      try store.catalogue.row(
        "SELECT 1 FROM stored_array WHERE key = ? AND dataset = ? LIMIT 1", layer.key, dataset.id)
        != nil
    }
    let last = try store.catalogue.value(
      """
      SELECT detail FROM run WHERE kind = 'activations' AND model = ? AND dataset = ?
      AND detail LIKE 'sha256 %' ORDER BY id DESC LIMIT 1
      """, variant.name, dataset.name
    ).string
    guard stored, let last, !last.hasPrefix(ActivationImport.origin(digest)) else { return }
    guard options.isReplacing else {
      throw IngestError(
        "another file brought in what `\(variant.name)` said of `\(dataset.name)`",
        advice: "put this one in its place: --replace")
    }
    let keys = variant.layers.map(\.key)
    for tier in [Tier.pooled, .bits, .maps, .candidates] {
      try store.removeArrays(tier: tier, keys: keys, dataset: dataset.id) {
        for key in keys {
          try store.catalogue.run(
            "DELETE FROM threshold WHERE key = ? AND dataset = ?", key, dataset.id)
          try store.removeBounds(key: key, dataset: dataset.id)
        }
        try store.catalogue.run(
          """
          DELETE FROM prediction WHERE model = ? AND sample IN
            (SELECT id FROM sample WHERE dataset = ?)
          """, variant.id, dataset.id)
      }
    }
  }

  /// Reads every number once: all must be finite.
  ///
  /// - Returns: The names of the layers without a number below 0.
  private func scan(
    _ file: ActivationFile, _ rows: [Int], _ variant: Variant, _ dataset: StoredDataset
  ) throws -> Set<String> {
    var nonNegative: Set<String> = []
    for (ordinal, layer) in variant.layers.enumerated() {
      var isNegative = false
      try file.forEachPiece(of: .init(name: layer.name, shape: layer.shape), rows: rows) {
        first, activation in
        try monitor.check()
        monitor.report(
          "check of \(options.file.lastPathComponent)", ordinal, of: variant.layers.count, "layers")
        if let index = activation.values.firstIndex(where: { !$0.isFinite }) {
          let position = first + index / layer.shape.count
          let sample = try store.samples(of: dataset.id, positions: position..<position + 1).first
          throw IngestError(
            "\(options.file.path): `\(layer.name)` of \(sample?.path ?? "a sample") holds"
              + " \(activation.values[index])",
            advice: "correct what computed it, or leave the picture out of the data set")
        }
        isNegative = isNegative || activation.values.contains { $0 < 0 }
      }
      if !isNegative { nonNegative.insert(layer.name) }
    }
    return nonNegative
  }
}
