import Compute
import Foundation
import SQLite
import Testing
import Warehouse

@testable import Query

@Suite("Concepts in layers")
struct ConceptTests {
  let place: ConceptStore
  let store: Store
  let session: ReadOnlySession

  init() throws {
    place = try ConceptStore()
    store = try place.open()
    session = try ReadOnlySession(store)
  }

  private func request(
    _ models: [String] = ["net"], _ layers: [String] = ["exact"], _ units: [Int] = [12]
  ) -> ConceptRequest {
    var request = ConceptRequest()
    (request.models, request.layers, request.units) = (models, layers, units)
    return request
  }

  private func record(
    _ layer: String, _ au: Int = 12, _ change: (inout ConceptRequest) -> Void = { _ in }
  ) throws -> ConceptRecord {
    var request = request(["net"], [layer], [au])
    change(&request)
    let set = try session.concepts(request, of: store)
    return try #require(set.record(model: "net", layer: layer, au: au))
  }

  /// Fitted on, present, absent, unknown.
  private func counts(_ record: ConceptRecord) -> [Int] {
    [record.nFit, record.nPresent, record.nAbsent, record.nUnknown]
  }

  @Test("a unit that fires on the mask and with the action unit alone is a perfect concept")
  func exact() throws {
    let found = try record("exact")
    // 20 train pictures, 10 of them with AU12; of 16 in test 8 with it, 7 without, 1 not coded.
    #expect(counts(found) == [10, 8, 7, 1])
    #expect(found.setIoU == 1 && found.setIoUAll == 1 && found.meanIoU == 1)
    #expect(found.presenceAUC == 1)
    #expect(found.bestFilter == 1 && found.bestFilterIoU == 1)
    #expect(found.regionIoU == 0)
    #expect(found.converged == true && found.note == nil)
    // Two of sixteen cells.
    #expect(found.alpha == 0.875)
    #expect(found.weights[1] > 0 && found.weights[0] < 0 && found.weights[2] == 0)
    #expect(found.samples.map(\.position) == (20..<36).filter { $0 != 29 })
    #expect(found.samples.map(\.present) == found.samples.map { $0.position % 2 == 0 })
    #expect(
      found.samples[0].score
        == ConceptScore(
          intersection: 2, union: 2, predicted: 2, concept: 2, peak: found.samples[0].score.peak))
    // Where nothing fires M = σ(0).
    #expect(found.samples[1].score.peak == 0.5 && found.samples[1].score.union == 0)
    #expect(found.samples[0].subject == "s5")
  }

  @Test("a unit that fires at the place always is as good without the action unit")
  func region() throws {
    let found = try record("place")
    #expect(found.setIoU == 1 && found.regionIoU == 1)
    // 8 pictures with 2 cells of 2; 7 with 2 predicted and none in the mask.
    #expect(found.setIoUAll == 16.0 / 30)
    #expect(found.presenceAUC == 0.5)
  }

  @Test("a unit that is too wide has the share of cells that it meets")
  func wide() throws {
    let found = try record("wide")
    #expect(found.setIoU == 2.0 / 3 && found.meanIoU == 2.0 / 3 && found.bestFilterIoU == 2.0 / 3)
    #expect(found.setIoUAll == 2.0 / 3)
    #expect(found.presenceAUC == 1)
  }

  @Test("the controls: masks elsewhere, and weights of the same norm drawn at random")
  func controls() throws {
    let found = try record("exact") { $0.settings.seed = 7 }
    let norm = found.weights.reduce(0) { $0 + $1 * $1 }.squareRoot()
    var stream = RandomStream(seed: 7, RandomStream.key("concept weights"), 12)
    let ious = (0..<20).map { _ -> Double in
      let drawn = (0..<3).map { _ in stream.normal() }
      let length = drawn.reduce(0) { $0 + $1 * $1 }.squareRoot()
      let (corner, mask) = (drawn[0] * norm / length, drawn[1] * norm / length)
      // Three cells where the corner is predicted too, two of them in the mask.
      return mask > 0 ? (corner > 0 ? 2.0 / 3 : 1) : 0
    }
    #expect(agree(found.weightsIoU, ious.reduce(0, +) / 20))
    // Moved masks meet the corner at most: one of two cells.
    let elsewhere = try #require(found.placeIoU)
    #expect(elsewhere <= 0.5)
  }

  @Test("masks move so that at most a quarter of them stays, or not at all")
  func shift() throws {
    let cells = (0..<64).map { UInt8($0 % 8 < 4 ? 1 : 0) }
    let masks = GridMasks(cells: cells, samples: 1, height: 8, width: 8)
    for seed in 1...20 {
      let move = try #require(ConceptTruth.shift(of: masks, au: 4, seed: UInt64(seed)))
      let moved = masks.shifted(down: move.down, right: move.right)
      #expect(moved.count(0) == 32 && moved.overlap(with: masks, 0) <= 8)
    }
    let full = GridMasks(
      cells: [UInt8](repeating: 1, count: 64), samples: 1, height: 8, width: 8)
    #expect(ConceptTruth.shift(of: full, au: 4, seed: 1) == nil)
    #expect(
      ConceptTruth.shift(of: .empty(samples: 0, height: 8, width: 8), au: 4, seed: 1) == nil)
  }

  @Test("the published loss, another grid and other corners are other fits")
  func settings() throws {
    let published = try record("exact") {
      $0.settings.loss = .published
      $0.settings.seed = 3
    }
    #expect(published.loss == .published && published.setIoU == 1)
    #expect(
      published.options.contains("\"learning_rate\":") && !published.options.contains("lambda"))
    let coarse = try record("exact") { $0.settings.grid = 2 }
    #expect(coarse.options.contains("\"grid\":[2,2]"))
    // Each cell of 4 × 4 pixels is covered by a quarter: no mask is left on the grid.
    #expect(coarse.nFit == 0 && coarse.nPresent == 0 && coarse.nUnknown == 9)
    #expect(coarse.note?.contains("no train sample has a mask of AU12") == true)
    let edges = try record("exact") { $0.settings.alignCorners = false }
    #expect(edges.options.contains("\"align_corners\":false") && edges.setIoU == 1)
  }

  @Test("an action unit without positives in train has a row and no measures")
  func empty() throws {
    let six = try record("exact", 6)
    #expect(counts(six) == [0, 1, 14, 1])
    #expect(six.setIoU == nil && six.weights.isEmpty && six.samples.isEmpty)
    #expect(six.note == "no train sample has a mask of AU6 on the grid")
    let one = try record("exact", 1)
    #expect(counts(one) == [0, 0, 15, 1])
  }

  @Test("variants that share a layer share its concepts; nothing depends on the threads")
  func shared() throws {
    var all = request(["net", "twin", "after"], [], [])
    let set = try session.concepts(all, of: store)
    #expect(set.dataset == "faces" && set.split == "test" && set.units == [6, 12])
    #expect(
      set.places.map(\.layer) == [
        "exact", "place", "wide", "exact", "place", "exact", "place", "wide",
      ])
    // Four keys, two action units.
    #expect(set.computed == 8 && set.kept == 0 && set.all.count == 16)
    #expect(
      set.record(model: "net", layer: "exact", au: 12)
        == set.record(model: "after", layer: "exact", au: 12))
    #expect(set.record(model: "twin", layer: "place", au: 12)?.setIoU == 0)
    #expect(
      set.notes[1]
        == "8 concepts were computed and not kept; to keep them: lethe concept fit "
        + "--model net,twin,after")
    all.threads = 4
    #expect(try session.concepts(all, of: store).all.map(\.record) == set.all.map(\.record))
  }

  @Test("work stops when it is asked to")
  func interrupted() throws {
    let store = try place.open()
    let session = try ReadOnlySession(store, limits: .init(isCancelled: { true }))
    #expect(queryError { _ = try session.concepts(request(), of: store) }?.exitCode == 130)
  }

  @Test(
    "what cannot be answered says what to do",
    arguments: [
      (
        ["net"], ["bare"], [12],
        "run: lethe ingest --model net --dataset faces --layer bare --keep pooled,bits", 3
      ),
      (["net"], ["exakt"], [12], "net has no layer exakt; did you mean exact?", 2),
      (["nett"], [], [12], "there is no model nett; did you mean net?", 2),
      (["net"], [], [99], "faces has neither masks nor a coding of AU99: it has 6, 12", 2),
    ] as [([String], [String], [Int], String, Int32)])
  func refusals(
    models: [String], layers: [String], units: [Int], message: String, code: Int32
  ) throws {
    let error = queryError {
      _ = try session.concepts(request(models, layers, units), of: store)
    }
    #expect(error?.description.contains(message) == true, "\(error?.description ?? "none")")
    #expect(error?.exitCode == code)
  }

  @Test("another quantile, too fine a grid, all splits and other data sets are refused")
  func refusedSettings() throws {
    func failure(_ change: (inout ConceptRequest) -> Void) -> String {
      var request = request()
      change(&request)
      return queryError { _ = try session.concepts(request, of: store) }?.description ?? ""
    }
    #expect(
      failure { $0.settings.quantile = 0.01 }.contains(
        "stored with --quantile 0.005: ask for that, or fill another warehouse"))
    #expect(
      failure { $0.settings.grid = 9 } == "--grid 9 is not between 1 and 8, the rows of the input")
    #expect(failure { $0.split = .all }.contains("say --split test"))
    #expect(failure { $0.dataset = "pain" }.contains("has neither a test nor a val split"))
    #expect(failure { $0.dataset = "fases" }.contains("did you mean faces?"))
    try #require(try record("exact") { $0.settings.quantile = 0.005 }.setIoU == 1)
  }

  @Test("the data set is that of the root's task; without masks none will do")
  func dataset() throws {
    #expect(try session.conceptDataset(nil, models: ["after"]) == "faces")
    let mixed = queryError { _ = try session.conceptDataset(nil, models: ["gone"]) }
    #expect(mixed?.description.contains("choose one with --dataset faces | pain") == true)
    let bare = try Catalogue.tiny().session()
    let none = queryError { _ = try bare.conceptDataset(nil, models: ["before"]) }
    #expect(none?.exitCode == 3 && none?.description.contains("which concepts need") == true)
  }
}
