import Foundation
import Testing

@testable import Ingest

@Suite("Small files are read side by side and told in order") struct RecordQueueTests {
  private struct Odd: Error {}

  /// What a queue hands on of 3,000 pieces of work, of which some take longer than others.
  private func told(threads: Int, failing: Int? = nil) throws -> [String] {
    let folder = try TemporaryFolder()
    var told: [String] = []
    let queue = RecordQueue(root: try DatasetRoot(path: folder.url.path), threads: threads) {
      switch $0 {
      case .sample(let record, let picture):
        let isThere = (try? picture.get()) != nil
        told.append("sample \(record.path) \(isThere)")
      case .reject(let rejection): told.append("reject \(rejection.file)")
      case .note(let text, _): told.append("note \(text)")
      case .failure(let error): throw error
      }
    }
    let sink = queue.sink
    for number in 0..<3000 {
      if number % 7 == 0 { sink.note("before \(number)", "") }
      try sink.deferred { sink in
        if number % 97 == 0 { usleep(2000) }
        if number == failing { throw Odd() }
        sink.note("in \(number)", "")
        try sink.sample(PictureRecord(path: "\(number).png"))
      }
      if number % 5 == 0 {
        try sink.reject(Rejection(file: "\(number)", line: nil, reason: "odd"))
      }
    }
    try queue.finish()
    return told
  }

  @Test("order and contents are those of the work, on any number of threads")
  func order() throws {
    var expected: [String] = []
    for number in 0..<3000 {
      if number % 7 == 0 { expected.append("note before \(number)") }
      expected += ["note in \(number)", "sample \(number).png false"]
      if number % 5 == 0 { expected.append("reject \(number)") }
    }
    for threads in [1, 2, 16] { #expect(try told(threads: threads) == expected, "\(threads)") }
  }

  @Test("an error of a piece of work comes out", arguments: [0, 1500, 2999])
  func failure(at number: Int) throws {
    #expect(throws: Odd.self) { try told(threads: 4, failing: number) }
  }

  @Test("an adapter yields through a queue what it yields without")
  func adapters() throws {
    for layout in FaceLayout.allCases {
      let folder = try TemporaryFolder()
      _ = try Faces.write(
        to: folder.url, options: FaceSetOptions(people: 3, perPerson: 2, size: 24), layout: layout)
      let adapter = try #require(DatasetImport.adapters.first { $0.format == layout.rawValue })
      let plain = try AdapterOutput(adapter, folder)
      var samples: [PictureRecord] = []
      var rejected: [Rejection] = []
      var notes: [String] = []
      let queue = RecordQueue(root: try DatasetRoot(path: folder.url.path), threads: 3) {
        switch $0 {
        case .sample(let record, let picture):
          #expect(try picture.get().width > 0)
          samples.append(record)
        case .reject(let rejection): rejected.append(rejection)
        case .note(let text, _): notes.append(text)
        case .failure(let error): throw error
        }
      }
      try adapter.read(DatasetRoot(path: folder.url.path), into: queue.sink)
      try queue.finish()
      #expect(!samples.isEmpty && samples == plain.samples, "\(layout)")
      #expect(rejected == plain.rejected, "\(layout)")
      #expect(notes == plain.notes, "\(layout)")
    }
  }
}
