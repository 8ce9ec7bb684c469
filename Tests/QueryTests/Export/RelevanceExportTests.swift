import Compute
import Foundation
import HDF5
import Testing
import Warehouse

@testable import Query

@Suite("Exports of relevance") struct RelevanceExportTests {
  /// Nine pictures with answers, of which the last two keep no relevance.
  private func noise() throws -> NoiseStore {
    let noise = try NoiseStore(samples: 9)
    let store = try noise.open(writing: true)
    let model = try store.model(named: "net")
    try store.insertPredictions(
      (1...9).map {
        PredictionRow(sample: $0, probabilities: [0.5, 0.25, 0.25])
      }, model: model.id, classes: NoiseStore.classes)
    var question = RelevanceQuestion(models: ["net"])
    question.selection.filter = "sample_id < 8"
    let plan = try ReadOnlySession(store).relevancePlan(question)
    _ = try RelevanceRun(store: store, threads: 1).run(plan)
    try store.close()
    return noise
  }

  private func maps(_ store: Store) throws -> [RelevanceMap] {
    let key = RelevanceQuestion().method.key(
      of: try store.model(named: "net"), kernel: RelevancePropagation.kernelPath)
    return try store.relevance(key: key, dataset: 1, positions: 0..<9)
  }

  private func floats(_ bytes: ArraySlice<UInt8>) -> [Float] {
    stride(from: bytes.startIndex, to: bytes.endIndex, by: 4).map { start in
      Float(
        bitPattern: (0..<4).reduce(UInt32(0)) { $0 | UInt32(bytes[start + $1]) << (8 * $1) })
    }
  }

  @Test("kept relevance as npy: the samples that have it, as the store reads it")
  func npy() throws {
    let noise = try noise()
    let store = try noise.open()
    let session = try ReadOnlySession(store)
    var export = ArrayExport(model: "net", content: .relevance(RelevanceQuestion().method))
    export.selection.filter = "sample_id <> 3"
    let (file, ids) = (noise.folder.appending(path: "r.npy"), noise.folder.appending(path: "r.csv"))
    let summary = try session.write(export, of: store, to: file.path, ids: ids.path)
    #expect(summary.shape == [6, 3, 32, 32])
    let bytes = [UInt8](try Data(contentsOf: file))
    let values = floats(bytes[(bytes.count - 4 * 6 * 3 * 32 * 32)...])
    let wanted = try maps(store).filter { $0.sample != 3 }
    #expect(values == wanted.flatMap(\.values))
    let lines = try String(contentsOf: ids, encoding: .utf8).split(separator: "\n")
    #expect(lines.dropFirst().map { $0.prefix(2) } == ["1,", "2,", "4,", "5,", "6,", "7,"])
  }

  @Test("safetensors holds the ids, the array and what it is")
  func safetensors() throws {
    let noise = try noise()
    let store = try noise.open()
    let session = try ReadOnlySession(store)
    let export = ArrayExport(model: "net", content: .relevance(RelevanceQuestion().method))
    let file = noise.folder.appending(path: "r.safetensors")
    _ = try session.write(
      export, of: store, to: file.path, as: .safetensors(metadata: ["lethe": "7"]))
    let bytes = [UInt8](try Data(contentsOf: file))
    let length = (0..<8).reduce(0) { $0 | Int(bytes[$1]) << (8 * $1) }
    #expect(length % 8 == 0)
    let header = try #require(
      try JSONSerialization.jsonObject(with: Data(bytes[8..<8 + length])) as? [String: Any])
    let metadata = try #require(header["__metadata__"] as? [String: String])
    #expect(metadata["lethe"] == "7" && metadata["model"] == "net")
    #expect(metadata["dataset"] == "noise")
    let entry = try #require(header["relevance"] as? [String: Any])
    #expect(entry["dtype"] as? String == "F32" && entry["shape"] as? [Int] == [7, 3, 32, 32])
    #expect(entry["data_offsets"] as? [Int] == [56, 56 + 4 * 7 * 3072])
    #expect(bytes.count == 8 + length + 56 + 4 * 7 * 3072)
    let ids = (0..<7).map { row in
      (0..<8).reduce(0) { $0 | Int(bytes[8 + length + 8 * row + $1]) << (8 * $1) }
    }
    #expect(ids == Array(1...7))
    #expect(floats(bytes[(8 + length + 56)...]) == (try maps(store)).flatMap(\.values))
  }

  @Test("what is not kept is told with the command that computes it")
  func missing() throws {
    let store = try noise().open()
    let session = try ReadOnlySession(store)
    let method = RelevanceMethod(composite: "epsilon-plus", bias: "keep", target: "a")
    let error = queryError {
      _ = try session.write(
        ArrayExport(model: "net", content: .relevance(method)), of: store, to: "/dev/null")
    }
    #expect(
      error?.description.hasSuffix(
        "lethe relevance run --model net --composite epsilon-plus --target a") == true)
    #expect(error?.exitCode == 3)
  }

  @Test("a ViRelAy folder holds inputs, maps, answers and an analysis a class")
  func viRelAy() throws {
    let noise = try noise()
    let store = try noise.open()
    let session = try ReadOnlySession(store)
    let folder = noise.folder.appending(path: "virelay")
    let notes = try session.writeViRelAy(
      ViRelAyExport(models: ["net"]), of: store, to: folder.path)
    #expect(notes.first == "data set noise: 7 samples")
    let names = try FileManager.default.contentsOfDirectory(atPath: folder.path).sorted()
    #expect(
      names == [
        "label-map.json", "net.analysis.h5", "net.attribution.h5", "net.yaml", "noise.input.h5",
        "samples.csv",
      ])
    let inputs = try HDF5File.open(folder.appending(path: "noise.input.h5")).root()
    #expect(try inputs.dataset("label").readAll(Int32.self) == [0, 1, 2, 0, 1, 2, 0])
    let pixel = try inputs.dataset("data").read(
      UInt8.self, at: [4, 1, 3, 5], count: [1, 1, 1, 1])
    #expect(pixel == [noise.bytes[4 * 3072 + (3 * 32 + 5) * 3 + 1]])
    let root = try HDF5File.open(folder.appending(path: "net.attribution.h5")).root()
    #expect(
      try root.dataset("attribution").readAll(Float.self) == maps(store).flatMap(\.values))
    #expect(try root.dataset("prediction").readAll(Float.self).prefix(3) == [0.5, 0.25, 0.25])
    let analysis = try HDF5File.open(folder.appending(path: "net.analysis.h5")).root()
    #expect(try analysis.members() == ["00000000", "00000001", "00000002"])
    #expect(try analysis.dataset("00000000/index").readAll(Int32.self) == [0, 3, 6])
    #expect(try analysis.dataset("00000001/embedding/spectral").shape == [2, 2])
    #expect(
      try analysis.group("00000002/cluster").members()
        == ["kmeans-2", "kmeans-3", "kmeans-4", "kmeans-5"])
    let list = try String(contentsOf: folder.appending(path: "samples.csv"), encoding: .utf8)
    #expect(list.hasPrefix("index,sample_id,path,subject,split,label\n0,1,0.png,s0,test,a\n"))
  }

  @Test("a ViRelAy folder appears whole or not at all")
  func whole() throws {
    let noise = try noise()
    let store = try noise.open()
    let session = try ReadOnlySession(store)
    let folder = noise.folder.appending(path: "virelay")
    let files = FileManager.default
    try files.createDirectory(at: folder, withIntermediateDirectories: false)
    try Data().write(to: folder.appending(path: "mine"))
    let export = ViRelAyExport(models: ["net"])
    let full = queryError { _ = try session.writeViRelAy(export, of: store, to: folder.path) }
    #expect(full?.description.contains("is not empty") == true)
    #expect(try files.contentsOfDirectory(atPath: folder.path) == ["mine"])
    try files.removeItem(at: folder.appending(path: "mine"))
    struct Stop: Error {}
    #expect(throws: Stop.self) {
      try AtomicFolder.write(folder.path) { place in
        try Data().write(to: place.appending(path: "half"))
        throw Stop()
      }
    }
    #expect(try files.contentsOfDirectory(atPath: folder.path) == [])
    #expect(
      try !files.contentsOfDirectory(atPath: noise.folder.path).contains {
        $0.hasSuffix("partial")
      })
    _ = try session.writeViRelAy(export, of: store, to: folder.path)
    #expect(try files.contentsOfDirectory(atPath: folder.path).count == 6)
    var other = export
    other.method = RelevanceMethod(
      composite: "epsilon-plus-flat", bias: "keep", target: "a")
    let target = queryError { _ = try session.writeViRelAy(other, of: store, to: "/nowhere") }
    #expect(target?.exitCode == 2)
  }

  @Test("provenance stands after the columns of every row")
  func provenance() throws {
    let catalogue = try Catalogue()
    try catalogue.addDataset(1, "faces")
    let session = try catalogue.session()
    let statement = SQLStatement("SELECT dataset, 1 AS command FROM datasets")
    let provenance = try Provenance(
      version: "7", command: "lethe export csv", statement: statement, in: session)
    var bytes: [UInt8] = []
    let writer = provenance.writer(before: OutputFormat.csv.writer { bytes += $0 })
    _ = try session.write(statement, to: writer)
    // sha256sum of the statement with its semicolon.
    let digest = "fb024cb599eb7bb87df45c68565db4f5a7ec39024f7d3316eaecc063034f03f8"
    let version = try session.table(SQLStatement("PRAGMA user_version")).rows[0][0].int ?? -1
    #expect(
      String(decoding: bytes, as: UTF8.self) == """
        dataset,command,lethe_version,warehouse_version,command_2,statement_sha256
        faces,1,7,\(version),lethe export csv,\(digest)

        """)
  }
}
