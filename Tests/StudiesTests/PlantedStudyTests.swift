import Foundation
import Ingest
import Query
import Testing

@testable import lethe_studies

@Suite("Planted networks")
struct PlantedStudyTests {
  @Test("the action unit whose channel is silent is forgotten, and no other")
  func planted() throws {
    let folder = FileManager.default.temporaryDirectory.appending(path: UUID().uuidString)
    defer { try? FileManager.default.removeItem(at: folder) }
    let warehouse = StudyWarehouse(
      folder: folder.appending(path: "warehouse"), threads: 2, monitor: Monitor())
    let table = try PlantedStudy(warehouse: warehouse, size: .small).run().table
    #expect(table["silent"].map(\.string) == PaintedFaces.colours.map { "AU\($0.au)" })
    #expect(table["verdict"].allSatisfy { $0.string == "forgotten" })
    #expect(table["others_forgotten"].allSatisfy { $0.int == 0 })
    #expect(table["auc_before"].allSatisfy { ($0.double ?? 0) > 0.99 })
    // What other action units of the same expressions still tell of it is left.
    #expect(table["auc_after"].allSatisfy { ($0.double ?? 1) < 0.8 })
    #expect(table["set_iou_after"].allSatisfy { ($0.double ?? 1) < 0.05 })
  }
}
