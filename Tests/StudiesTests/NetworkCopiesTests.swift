import Foundation
import Ingest
import Query
import Testing
import Warehouse

@testable import lethe_studies

/// A hardly trained network `emotion` over a few faces.
@Suite("Copies and ablations", .serialized)
struct NetworkCopiesTests {
  private static let layers = ["conv2_2", "conv3_3"]

  private func prepared(_ folder: URL) throws -> StudyWarehouse {
    let warehouse = StudyWarehouse(
      folder: folder.appending(path: "warehouse"), threads: 2, monitor: Monitor())
    let size = KnownAnswerSize.small
    let faces = folder.appending(path: "faces")
    _ = try Faces.write(to: faces, options: size.faces(.emotion, threads: 2), layout: .csv)
    try warehouse.write { store in
      try warehouse.add(faces, as: "emotion", to: store)
      try TrainingRun(
        TrainingRequest(
          name: "emotion", task: "emotion", dataset: "emotion", architecture: size.architecture,
          recipe: TrainingRecipe(epochs: 1, learningRate: 1e-3, augments: false), seed: 1,
          threads: 2),
        store: store, monitor: warehouse.monitor
      ).run()
      try warehouse.ingest(["emotion"], layers: Self.layers, to: store)
    }
    return warehouse
  }

  @Test("copies that compute the same: nothing changed, everything is kept")
  func copies() throws {
    let folder = FileManager.default.temporaryDirectory.appending(path: UUID().uuidString)
    defer { try? FileManager.default.removeItem(at: folder) }
    let table = try CopyStudy(warehouse: prepared(folder), layers: Self.layers).run().table
    #expect(table["after"].map(\.string) == [CopyStudy.copy, CopyStudy.permuted])
    #expect(table["changed_answers"].allSatisfy { $0.int == 0 })
    #expect(table["comparisons"].allSatisfy { ($0.int ?? 0) > 0 })
    #expect(table["largest_delta"].allSatisfy { ($0.double ?? 1) < 1e-12 })
    for verdict in ["called_forgotten", "called_gained"] {
      #expect(table[verdict].allSatisfy { $0.int == 0 })
    }
    #expect(table["called_kept"].allSatisfy { ($0.int ?? 0) > 0 })
  }

  @Test("an ablation compares every action unit, and leaves the warehouse as it was")
  func ablation() throws {
    let folder = FileManager.default.temporaryDirectory.appending(path: UUID().uuidString)
    defer { try? FileManager.default.removeItem(at: folder) }
    let warehouse = try prepared(folder)
    let files = { () throws -> [String] in
      try FileManager.default.subpathsOfDirectory(atPath: warehouse.folder.path)
        .filter { $0.hasSuffix(".h5") || $0.hasSuffix(".safetensors") }.sorted()
    }
    let before = try files()
    let found = try AblationStudy(
      warehouse: warehouse, layer: "conv3_3", share: 0.25
    ).run()
    let units = ResultRow.table(found.units)
    let summary = ResultRow.table([found.summary])
    let count = try #require(summary["action_units"].first?.int)
    #expect(count > 10 && units.rows.count == count)
    // A quarter of the 32 channels.
    #expect(units["channels"].allSatisfy { $0.int == 8 })
    #expect(units["delta_set_iou"].contains { ($0.double ?? 0) != 0 })
    // An action unit that was not found at all has no drop.
    let ranks = units["rank"].compactMap(\.int)
    #expect(ranks.contains(1) && ranks.allSatisfy { (1...count).contains($0) })
    #expect(try files() == before)
    let names = try warehouse.ask { _, store in try store.models().map(\.record.name) }
    #expect(names == ["emotion"])
  }
}
