import Foundation

@testable import Ingest

/// Everything that an adapter yields of a root.
struct AdapterOutput {
  var samples: [PictureRecord] = []
  var rejected: [Rejection] = []
  var notes: [String] = []

  init(
    _ adapter: any DatasetAdapter.Type, _ folder: TemporaryFolder, wantsLabels: Bool = true
  ) throws {
    var output = (samples: [PictureRecord](), rejected: [Rejection](), notes: [String]())
    let sink = RecordSink(
      wantsLabels: wantsLabels, sample: { output.samples.append($0) },
      reject: { output.rejected.append($0) }, note: { note, _ in output.notes.append(note) })
    try adapter.read(DatasetRoot(path: folder.url.path), into: sink)
    (samples, rejected, notes) = output
  }

  /// The sample whose path ends so.
  subscript(ending: String) -> PictureRecord? { samples.first { $0.path.hasSuffix(ending) } }

  /// Whether a file was rejected for a reason.
  func rejects(_ file: String, line: Int? = nil, _ reason: String) -> Bool {
    rejected.contains { $0.file == file && $0.line == line && $0.reason.contains(reason) }
  }
}
