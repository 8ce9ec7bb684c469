import Compute
import Foundation
import Raster
public import Warehouse

/// Reads a data set on disk into a warehouse.
public enum DatasetImport {
  /// Reads the data set at `path` and stores it as `name`, in one transaction.
  ///
  /// If it is there already, what it says of its samples is brought up to date. What was computed
  /// stays, unless a picture or the place of a face in it is another; other samples need
  /// `isReplacing`.
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
    let settings = ["split": options.split.rawValue, "seed": String(options.seed)]
    let json = String(decoding: try JSONEncoder.sorted.encode(settings), as: UTF8.self)
    let isUpdate = try !options.isReplacing && store.hasDataset(named: name)
    var drawn: SubjectSplit?
    if options.split == .subject || !hasSplits {
      // Subjects stay where they are, whoever else is listed now.
      let stored = try isUpdate ? store.dataset(named: name) : nil
      drawn =
        if let stored, stored.options == json {
          SubjectSplit(stored: try store.subjectSplits(of: stored.id))
        } else {
          SubjectSplit(subjects: subjects, seed: options.seed)
        }
    }
    let resolver = RecordResolver(root: root, drawn: drawn)

    var summary = DatasetSummary()
    summary.format = adapter.format
    let place = (root.file ?? root.folder).path
    func fill(
      _ add: @escaping (SampleRecord) throws -> Void,
      _ note: @escaping (Rejection) throws -> Void
    ) throws {
      func reject(_ rejection: Rejection) throws {
        guard !options.isStrict else {
          let line = rejection.line.map { ", line \($0)" } ?? ""
          throw IngestError(
            "\(rejection.file)\(line): \(rejection.reason)",
            advice: "mend the record, or leave out --strict to go on without it")
        }
        summary.rejections.append(rejection)
        try note(rejection)
      }
      var faces: OpenFaceJoin?
      if let path = options.openFace {
        faces = try OpenFaceJoin(
          path,
          RecordSink(
            wantsLabels: true, sample: { _ in }, reject: reject, note: { summary.note($0, $1) }))
      }
      func take(_ record: PictureRecord, _ picture: Result<PictureFacts, RecordResolver.Refusal>)
        throws
      {
        try monitor.check()
        switch resolver.resolve(faces?.joined(to: record) ?? record, picture) {
        case .failure(let refusal):
          try reject(Rejection(file: record.path, line: nil, reason: refusal.reason))
        case .success(let sample):
          try add(sample)
          summary.count(sample)
        }
        if (summary.samples + summary.rejections.count) % 256 == 0 {
          monitor.report("reading \(name)", summary.samples, of: 0, "samples")
        }
      }
      let queue = RecordQueue(root: root) { event in
        switch event {
        case .sample(let record, let picture): try take(record, picture)
        case .reject(let rejection): try reject(rejection)
        case .note(let text, let file): summary.note(text, file)
        case .failure(let error): throw error
        }
      }
      try adapter.read(root, into: queue.sink)
      try queue.finish()
      faces?.close()
      guard summary.samples > 0 else {
        let why =
          summary.rejections.first.map {
            "\(summary.rejections.count) records rejected; the first, \($0.file): \($0.reason)"
          } ?? "no picture was found where the layout \(adapter.format) has them"
        throw IngestError(
          "\(root.folder.path) holds no sample that can be used (\(why))",
          advice: "compare it with docs/datasets.md, or choose another --format")
      }
    }
    if isUpdate {
      let update = try store.updateDataset(
        name: name, format: adapter.format, root: place, options: json,
        face: DatasetImport.face, digest: root.pictureDigest
      ) { updater in
        try fill {
          try updater.update($0)
        } _: {
          try updater.reject(file: $0.file, line: $0.line, reason: $0.reason)
        }
      }
      summary.update = update.counts
      for text in update.notes { summary.note(text, name) }
    } else {
      try store.importDataset(
        name: name, format: adapter.format, root: place, options: json,
        replacing: options.isReplacing
      ) { writer in
        try fill {
          try writer.add($0)
        } _: {
          try writer.reject(file: $0.file, line: $0.line, reason: $0.reason)
        }
      }
    }
    summary.subjects = namesSubjects ? summary.subjects : nil
    return summary
  }
}

extension DatasetImport {
  /// By what a network with a preprocessing takes pictures.
  private static func face(_ preprocessing: String) -> FaceFeature? {
    guard let geometry = try? Preprocessing(json: preprocessing).geometry, geometry.readsFaces
    else { return nil }
    return geometry.crop == .faceBox ? .box : .landmarks
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
