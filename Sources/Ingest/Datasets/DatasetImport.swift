import Foundation
import Raster
public import Warehouse

/// Reads a data set on disk into a warehouse.
public enum DatasetImport {
  /// Reads the data set at `path` and stores it as `name`, in one transaction.
  ///
  /// - Parameters:
  ///   - path: A folder or a file.
  ///   - name: The data set's name in the warehouse.
  ///   - options: Layout, splits, strictness.
  ///   - store: A warehouse that is open for writing.
  ///   - monitor: Told of the progress.
  /// - Returns: What was stored and what was left out.
  /// - Throws: `IngestError` if the root cannot be read, no sample is left, or a record is rejected
  ///   under `isStrict`; `WarehouseError` if it cannot be stored. Then nothing has changed.
  public static func run(
    path: String, as name: String, options: DatasetImportOptions, into store: Store,
    monitor: Monitor = Monitor()
  ) throws -> DatasetSummary {
    let root = try DatasetRoot(path: path)
    let adapter = try adapter(for: options.format, root: root)
    let run = try store.beginRun(kind: "dataset", dataset: name)
    do {
      let summary = try read(root, adapter, name, options, store, monitor)
      try store.finishRun(run, .done, detail: "\(summary.samples) samples")
      return summary
    } catch {
      let state: RunState = error is CancellationError ? .interrupted : .failed
      try? store.finishRun(run, state, detail: "\(error)")
      throw error
    }
  }

  private static func read(
    _ root: DatasetRoot, _ adapter: any DatasetAdapter.Type, _ name: String,
    _ options: DatasetImportOptions, _ store: Store, _ monitor: Monitor
  ) throws -> DatasetSummary {
    // Splits by subject need all subjects first: a pass over the labels alone.
    var subjects: Set<String> = []
    var hasSplits = false
    var namesSubjects = false
    let outline = RecordSink(
      wantsLabels: false,
      sample: { record in
        try monitor.check()
        subjects.insert(record.subject ?? record.path)
        if record.subject != nil { namesSubjects = true }
        if record.split != nil { hasSplits = true }
      }, reject: { _ in }, note: { _, _ in })
    try adapter.read(root, into: outline)
    let drawn =
      options.split == .subject || !hasSplits
      ? SubjectSplit(subjects: subjects, seed: options.seed) : nil
    let resolver = RecordResolver(root: root, drawn: drawn)

    var summary = DatasetSummary()
    summary.format = adapter.format
    let settings = ["split": options.split.rawValue, "seed": String(options.seed)]
    let json = String(decoding: try JSONEncoder.sorted.encode(settings), as: UTF8.self)
    try store.importDataset(
      name: name, format: adapter.format, root: (root.file ?? root.folder).path, options: json,
      replacing: options.isReplacing
    ) { writer in
      func reject(_ rejection: Rejection) throws {
        guard !options.isStrict else {
          let line = rejection.line.map { ", line \($0)" } ?? ""
          throw IngestError(
            "\(rejection.file)\(line): \(rejection.reason)",
            advice: "mend the record, or leave out --strict to go on without it")
        }
        summary.rejections.append(rejection)
        try writer.reject(file: rejection.file, line: rejection.line, reason: rejection.reason)
      }
      var faces: OpenFaceJoin?
      let sink = RecordSink(
        wantsLabels: true,
        sample: { record in
          try monitor.check()
          switch resolver.resolve(faces?.joined(to: record) ?? record) {
          case .failure(let refusal):
            try reject(Rejection(file: record.path, line: nil, reason: refusal.reason))
          case .success(let sample):
            try writer.add(sample)
            summary.count(sample)
          }
          if (summary.samples + summary.rejections.count) % 256 == 0 {
            monitor.report("reading \(name)", summary.samples, of: 0, "samples")
          }
        }, reject: reject, note: { summary.note($0, $1) })
      if let path = options.openFace { faces = try OpenFaceJoin(path, sink) }
      try adapter.read(root, into: sink)
      faces?.close()
      guard summary.samples > 0 else {
        let first = summary.rejections.first.map { "; the first reason: \($0.reason)" } ?? ""
        throw IngestError(
          "\(root.folder.path) holds no sample that can be used"
            + " (\(summary.rejections.count) records rejected\(first))",
          advice: "check the layout with --format")
      }
    }
    summary.subjects = namesSubjects ? summary.subjects : nil
    return summary
  }
}

extension JSONEncoder {
  /// An encoder whose output depends on the value alone.
  static var sorted: JSONEncoder {
    let encoder = JSONEncoder()
    encoder.outputFormatting = [.sortedKeys, .withoutEscapingSlashes]
    return encoder
  }
}
