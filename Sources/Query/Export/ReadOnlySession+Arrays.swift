public import Warehouse

extension ReadOnlySession {
  /// Writes an array whose first axis is the samples in ascending `sample_id`.
  ///
  /// Memory is bounded: some rows are read and written at a time. The files appear whole or not at
  /// all.
  ///
  /// - Parameters:
  ///   - export: What to write.
  ///   - store: The warehouse whose catalogue the session reads.
  ///   - path: The file.
  ///   - format: What kind of file it is.
  ///   - ids: A CSV file for the samples of the first axis, if one is wanted.
  /// - Returns: The shape, and notes.
  /// - Throws: `QueryError` if a name is unknown, no sample is selected or a file cannot be written;
  ///   `WarehouseError` if the array is not stored, with the command that stores it.
  public func write(
    _ export: ArrayExport, of store: Store, to path: String, as format: ArrayFileFormat = .npy,
    ids: String? = nil
  ) throws -> ExportSummary {
    let source = try ArraySource(export, in: self)
    let samples = try source.samples(export.selection, in: self)
    let written = try AtomicFile.write(path) { sink in
      try source.write(samples.map(\.position), of: store) { bytes in
        try self.checkInterrupted()
        try sink(bytes)
      } begin: { element, shape in
        switch format {
        case .npy: try sink(NPYHeader.bytes(element, shape: shape))
        case .safetensors(let metadata):
          try sink(
            SafetensorsHeader.bytes(
              source.word, element, shape: shape,
              metadata: metadata.merging(source.metadata(export)) { _, own in own }))
          try sink(LittleEndian.bytes(samples.map { Int64($0.id) }))
        }
      }
    }
    if let ids {
      let statement = try source.sampleStatement(export.selection, in: self)
      _ = try AtomicFile.write(ids) { try write(statement, to: OutputFormat.csv.writer(to: $0)) }
    }
    var notes = ["data set \(source.dataset): \(samples.count) samples, \(source.name)"]
    if let masked = written.masked {
      notes.append("\(masked) of \(samples.count) samples have a mask")
    }
    return ExportSummary(shape: written.shape, notes: notes)
  }
}

extension ArraySource {
  /// What the array is, as texts by name.
  fileprivate func metadata(_ export: ArrayExport) -> [String: String] {
    var texts = ["model": export.model, "dataset": dataset, "array": name]
    texts["split"] = export.selection.split?.rawValue
    texts["where"] = export.selection.filter
    return texts
  }
}
