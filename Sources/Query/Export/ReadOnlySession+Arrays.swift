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
  ///   - path: The `.npy` file.
  ///   - ids: A CSV file for the samples of the first axis, if one is wanted.
  /// - Returns: The shape, and notes.
  /// - Throws: `QueryError` if a name is unknown, no sample is selected or a file cannot be written;
  ///   `WarehouseError` if the array is not stored, with the command that stores it.
  public func write(_ export: ArrayExport, of store: Store, to path: String, ids: String? = nil)
    throws -> ExportSummary
  {
    let source = try ArraySource(export, in: self)
    let samples = try source.samples(export.selection, in: self)
    let written = try AtomicFile.write(path) { sink in
      try source.write(samples.map(\.position), of: store) { bytes in
        try checkInterrupted()
        try sink(bytes)
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
