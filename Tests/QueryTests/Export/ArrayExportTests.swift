import Foundation
import SQLite
import Testing
import Warehouse

@testable import Query

@Suite("Exports of arrays")
struct ArrayExportTests {
  /// A `.npy` file, read back by its own header.
  private struct Array3 {
    let header: String
    let bytes: [UInt8]

    init(_ url: URL) throws {
      let all = [UInt8](try Data(contentsOf: url))
      let length = Int(all[8]) + Int(all[9]) << 8
      header = String(decoding: all[10..<(10 + length)], as: UTF8.self)
      bytes = [UInt8](all[(10 + length)...])
    }

    var floats: [Float] {
      stride(from: 0, to: bytes.count, by: 4).map { start in
        let bits = (0..<4).reduce(UInt32(0)) { $0 | UInt32(bytes[start + $1]) << (8 * $1) }
        return Float(bitPattern: bits)
      }
    }
  }

  private func export(
    _ content: ArrayExport.Content, _ selection: Selection = Selection()
  ) throws -> (array: Array3, ids: [String], summary: ExportSummary) {
    let tiny = try TinyStore()
    defer { try? FileManager.default.removeItem(at: tiny.folder) }
    let store = try Store.open(tiny.folder, for: .reading)
    let session = try ReadOnlySession(store.catalogue)
    var export = ArrayExport(model: "net", content: content)
    export.selection = selection
    let (file, ids) = (tiny.folder.appending(path: "a.npy"), tiny.folder.appending(path: "a.csv"))
    let summary = try session.write(export, of: store, to: file.path, ids: ids.path)
    let lines = try String(contentsOf: ids, encoding: .utf8).split(separator: "\n").map(String.init)
    return (try Array3(file), lines, summary)
  }

  @Test("maps are float32, channels first, samples ascending")
  func maps() throws {
    let (array, ids, summary) = try export(.maps(layer: "conv"))
    #expect(summary.shape == [7, 3, 2, 2])
    #expect(array.header.contains("'descr': '<f4', 'fortran_order': False, 'shape': (7, 3, 2, 2)"))
    let expected = (0..<84).map { TinyStore.map($0 / 12, $0 / 4 % 3, $0 / 2 % 2, $0 % 2) }
    #expect(array.floats == expected)
    #expect(ids[0] == "sample_id,path,dataset,split,subject")
    #expect(ids[7] == "7,p6.png,faces,test,s3")
    #expect(ids.count == 8)
  }

  @Test("pooled has mean and maximum a channel")
  func pooled() throws {
    let (array, _, summary) = try export(.pooled(layer: "conv"))
    #expect(summary.shape == [7, 3, 2])
    #expect(array.floats == (0..<42).map(Float.init))
  }

  @Test("inputs are bytes, channels first")
  func inputs() throws {
    let (array, _, summary) = try export(.inputs)
    #expect(summary.shape == [7, 3, 2, 2])
    #expect(array.header.contains("'|u1'"))
    #expect(
      array.bytes
        == (0..<84).map { TinyStore.input($0 / 12, $0 / 4 % 3, $0 / 2 % 2, $0 % 2) })
  }

  @Test("masks are empty where the action unit is absent")
  func masks() throws {
    let (array, _, summary) = try export(.mask(au: 12))
    #expect(summary.shape == [7, 2, 2])
    let expected: [[UInt8]] = [
      [0, 0, 0, 0], [0, 0, 0, 1], [0, 0, 0, 0], [0, 0, 0, 0], [0, 1, 0, 0], [0, 0, 0, 1],
      [0, 0, 0, 0],
    ]
    #expect(array.bytes == Array(expected.joined()))
    #expect(summary.notes.last == "3 of 7 samples have a mask")
    #expect(try export(.mask(au: 99)).array.bytes.allSatisfy { $0 == 0 })
  }

  @Test("a filter and a split choose samples, in files too")
  func selected() throws {
    let selection = Selection(split: .train, filter: "path IN ('p6.png', 'p4.png', 'p1.png')")
    let (array, ids, summary) = try export(.maps(layer: "conv"), selection)
    #expect(summary.shape == [2, 3, 2, 2])
    #expect(
      array.floats
        == [1, 4].flatMap { p in (0..<12).map { TinyStore.map(p, $0 / 4, $0 / 2 % 2, $0 % 2) } })
    #expect(ids.dropFirst().map { $0.prefix(8) } == ["2,p1.png", "5,p4.png"])
    let masks = try export(.mask(au: 12), selection)
    #expect(masks.array.bytes == [0, 0, 0, 1, 0, 1, 0, 0])
  }

  @Test("what cannot be exported is told, and no file is left")
  func errors() throws {
    let tiny = try TinyStore()
    defer { try? FileManager.default.removeItem(at: tiny.folder) }
    let store = try Store.open(tiny.folder, for: .reading)
    let session = try ReadOnlySession(store.catalogue)
    let path = tiny.folder.appending(path: "a.npy").path
    func error(_ model: String, _ content: ArrayExport.Content, _ selection: Selection)
      -> QueryError?
    {
      var export = ArrayExport(model: model, content: content)
      export.selection = selection
      return queryError { _ = try session.write(export, of: store, to: path) }
    }
    #expect(error("nat", .inputs, .init())?.description.contains("did you mean net?") == true)
    #expect(error("net", .maps(layer: "cnv"), .init())?.description.contains("conv?") == true)
    #expect(error("net", .inputs, Selection(dataset: "face"))?.exitCode == 2)
    #expect(error("net", .inputs, Selection(filter: "subject = 'x'"))?.exitCode == 3)
    #expect(error("net", .inputs, Selection(filter: "1) OR (1"))?.exitCode == 2)
    #expect(!FileManager.default.fileExists(atPath: path))
  }
}
