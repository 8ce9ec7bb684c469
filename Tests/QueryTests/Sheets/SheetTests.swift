import Compute
import Foundation
import Raster
import Testing
import Warehouse

@testable import Query

@Suite("Contact sheets") struct SheetTests {
  /// Noise pictures under two untrained networks: `net` is right of all, `other` wrong of all.
  private func noise() throws -> NoiseStore {
    let noise = try NoiseStore(samples: 5)
    let store = try noise.open(writing: true)
    try noise.save("other", noise.graph.initialParameters(seed: 8), in: store)
    for (name, shift) in [("net", 0), ("other", 1)] {
      let rows = (0..<5).map { (index: Int) -> PredictionRow in
        var probabilities: [Float] = [0.1, 0.1, 0.1]
        probabilities[(index + shift) % 3] = 0.8
        return PredictionRow(sample: Int64(index + 1), probabilities: probabilities)
      }
      try store.insertPredictions(
        rows, model: store.model(named: name).id, classes: NoiseStore.classes)
    }
    try store.close()
    return noise
  }

  @Test("a sheet has a row a sample and one for the means, twice as large for a retina screen")
  func sheet() throws {
    let noise = try noise()
    let store = try noise.open()
    let session = try ReadOnlySession(store)
    var question = SheetQuestion(before: "net", after: "other")
    let file = noise.folder.appending(path: "sheet.png")
    let summary = try session.writeSheet(question, of: store, to: file.path)
    #expect(summary == SheetSummary(rows: 5, all: 5, computed: 10))
    let small = try Picture.read(file)
    question.scale = 2
    question.rows = 2
    question.order = "path DESC"
    #expect(try session.writeSheet(question, of: store, to: file.path).rows == 2)
    let large = try Picture.read(file)
    #expect(large.width == small.width * 2)
    // Three rows of 138 units fewer, and twice as many pixels.
    #expect(large.height == (small.height - 3 * 138) * 2)
    question.outcome = .gained
    #expect(
      queryError { _ = try session.writeSheet(question, of: store, to: file.path) }?.kind
        == .nothingFound)
    question.outcome = nil
    question.order = "nonsense"
    #expect(queryError { _ = try session.writeSheet(question, of: store, to: file.path) } != nil)
  }

  @Test("kept maps are drawn as those that are computed")
  func kept() throws {
    let noise = try noise()
    let question = SheetQuestion(before: "net", after: "other")
    let file = noise.folder.appending(path: "sheet.png")
    let store = try noise.open(writing: true)
    _ = try ReadOnlySession(store).writeSheet(question, of: store, to: file.path)
    let computed = try Picture.read(file)
    let plan = try ReadOnlySession(store).relevancePlan(.init(models: ["net", "other"]))
    _ = try RelevanceRun(store: store, threads: 1).run(plan)
    let summary = try ReadOnlySession(store).writeSheet(question, of: store, to: file.path)
    #expect(summary.computed == 0)
    let kept = try Picture.read(file)
    // Half precision moves a colour by a step or two.
    let largest = zip(computed.pixels, kept.pixels).map { abs(Int($0) - Int($1)) }.max()
    #expect((largest ?? 255) <= 3)
    try store.close()
  }

  @Test("the outline of a mask by hand: edges in a row are one line")
  func outline() throws {
    // .##
    // .#.
    let mask = [false, true, true, false, true, false]
    let outline = try #require(MaskOutline(mask, side: 3))
    func line(_ a: (Double, Double), _ b: (Double, Double)) -> Bool {
      outline.lines.contains {
        $0.from == CanvasPoint(x: a.0, y: a.1) && $0.to == CanvasPoint(x: b.0, y: b.1)
      }
    }
    #expect(line((1, 0), (3, 0)) && line((2, 1), (3, 1)) && line((1, 2), (2, 2)))
    #expect(line((1, 0), (1, 2)) && line((2, 1), (2, 2)) && line((3, 0), (3, 1)))
    #expect(outline.lines.count == 6)
    #expect(MaskOutline([false, false], side: 2) == nil)
  }

  @Test("red speaks for, blue against, and what is beyond the scale has its last colour")
  func colours() {
    let picture = HeatPicture.picture([-9, -1, 0, 1], side: 2, limit: 1)
    func pixel(_ index: Int) -> [UInt8] { Array(picture.pixels[index * 3..<index * 3 + 3]) }
    #expect(pixel(0) == pixel(1) && pixel(1)[2] > pixel(1)[0])
    #expect(pixel(3)[0] > pixel(3)[2])
    #expect(HeatMaps.limit(of: [[0, 0], [0, 0]]) == 1)
    #expect(HeatMaps.limit(of: [[0, -3], [1, 2]], quantile: 1) == 3)
  }
}
