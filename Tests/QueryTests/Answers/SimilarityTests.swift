import Compute
import Foundation
import SQLite
import Testing
import Warehouse

@testable import Query

@Suite("Similarity of layers")
struct SimilarityTests {
  private func ask(
    _ before: String = "before", _ after: String = "after",
    _ change: (inout SimilarityQuestion) -> Void = { _ in }
  ) throws -> (table: Table, notes: [String]) {
    let place = try SimilarStore()
    defer { try? FileManager.default.removeItem(at: place.folder) }
    let store = try Store.open(place.folder, for: .reading)
    let session = try ReadOnlySession(store.catalogue)
    var question = SimilarityQuestion(before: before, after: after)
    question.layers = ["conv", "fc", "dead", "broken"]
    change(&question)
    let answer = try session.similarity(question, of: store)
    return (try session.table(answer), answer.notes)
  }

  /// Unbiased CKA over all pairs of samples, as the definition has it: HSIC₁ of doubly centred
  /// (U-centred) Gram matrices is their inner product (Székely & Rizzo 2014).
  private func cka(_ x: [[Float]], _ y: [[Float]]) -> Double {
    func centred(_ rows: [[Float]]) -> [[Double]] {
      let n = Double(rows.count)
      let gram = rows.map { a in
        rows.map { b in zip(a, b).reduce(0) { $0 + Double($1.0) * Double($1.1) } }
      }
      let sums = gram.indices.map { i in gram.indices.reduce(0) { $0 + (i == $1 ? 0 : gram[i][$1]) }
      }
      let total = sums.reduce(0, +)
      return gram.indices.map { i in
        gram.indices.map { j in
          i == j
            ? 0
            : gram[i][j] - (sums[i] + sums[j]) / (n - 2) + total / ((n - 1) * (n - 2))
        }
      }
    }
    func product(_ a: [[Double]], _ b: [[Double]]) -> Double {
      zip(a.joined(), b.joined()).reduce(0) { $0 + $1.0 * $1.1 }
    }
    let (k, l) = (centred(x), centred(y))
    return product(k, l) / (product(k, k) * product(l, l)).squareRoot()
  }

  private func rows(
    _ layer: String, _ model: String, _ samples: some Sequence<Int>, maps: Bool = false
  ) -> [[Float]] {
    samples.map {
      maps ? SimilarStore.map(layer, model, $0) : SimilarStore.means(layer, model, $0)
    }
  }

  private func isNear(_ cell: Cell, _ value: Double) -> Bool {
    cell.double.map { abs($0 - value) < 1e-9 } ?? false
  }

  @Test("a row a layer, over models of different tasks and samples without labels")
  func layers() throws {
    let (table, notes) = try ask()
    #expect(
      table.columns == [
        "before", "after", "dataset", "split", "layer_before", "layer_after", "n",
        "features_before", "features_after", "cka", "procrustes",
      ])
    #expect(
      table.rows.map { Array($0.prefix(9)) }
        == [("conv", 3), ("fc", 5), ("dead", 2), ("broken", 2)]
        .map {
          [
            .text("before"), .text("after"), .text("faces"), .text("test"), .text($0.0),
            .text($0.0), .integer(12), .integer($0.1), .integer($0.1),
          ]
        })
    let expected = cka(rows("fc", "before", 0..<12), rows("fc", "after", 0..<12))
    #expect(isNear(table["cka"][1], expected))
    #expect(notes[0] == "data set faces, split test: 12 samples of 3 subjects")
  }

  @Test("a shared layer is the same; without variation or with NaN nothing is defined")
  func edges() throws {
    let (table, notes) = try ask()
    #expect(table.rows[0].suffix(2) == [.real(1), .real(0)])
    #expect(table.rows[2].suffix(2) == [.null, .null])
    #expect(table.rows[3].suffix(2) == [.null, .null])
    #expect(
      notes.last == "undefined, because features do not vary or are not finite: dead, broken")
    let few = try ask { $0.selection.filter = "subject = 's1' AND path <> 'p4.png'" }
    #expect(few.table["cka"] == [.null, .null, .null, .null])
    #expect(few.notes.last == "fewer than four samples: no similarity is defined")
  }

  @Test("a model compared with itself reads nothing, stored or not")
  func itself() throws {
    let (table, _) = try ask("before", "before") { $0.layers = ["bare"] }
    #expect(table.rows.map { $0.suffix(2) } == [[.real(1), .real(0)]])
  }

  @Test("a filter chooses samples from several segments")
  func filter() throws {
    let chosen = [1, 3, 4, 6, 8, 11]
    let list = chosen.map { "'p\($0).png'" }.joined(separator: ",")
    let (table, _) = try ask {
      $0.layers = ["fc"]
      $0.selection.filter = "path IN (\(list))"
    }
    #expect(table["n"] == [.integer(6)])
    let expected = cka(rows("fc", "before", chosen), rows("fc", "after", chosen))
    #expect(isNear(table["cka"][0], expected))
  }

  @Test("a matrix has every layer before against every layer after")
  func matrix() throws {
    let (table, _) = try ask {
      $0.layers = ["conv", "fc"]
      $0.isMatrix = true
    }
    let layers = try ask { $0.layers = ["conv", "fc"] }.table
    #expect(table.columns == layers.columns)
    #expect(table.rows[0].last == layers.rows[0].last && table.rows[3].last == layers.rows[1].last)
    #expect(table["procrustes"].allSatisfy { (0...2).contains($0.double ?? -1) })
    #expect(table.rows.map { "\($0[4]) \($0[5])" }.count == 4)
    for row in table.rows {
      let (before, after) = (row[4].string ?? "", row[5].string ?? "")
      // `conv` of `after` is that of `before`.
      let model = after == "conv" ? "before" : "after"
      #expect(
        isNear(
          row[9], cka(rows(before, "before", 0..<12), rows(after, model, 0..<12))))
    }
  }

  @Test("whole maps, where they are stored")
  func maps() throws {
    let (table, notes) = try ask {
      $0.layers = []
      $0.features = .maps
    }
    #expect(table["layer_before"] == [.text("fc")])
    #expect(table["features_before"] == [.integer(10)])
    let expected = cka(
      rows("fc", "before", 0..<12, maps: true), rows("fc", "after", 0..<12, maps: true))
    #expect(isNear(table["cka"][0], expected))
    #expect(notes.last == "4 layers are left out: no maps of them are stored")
  }

  @Test("what is not stored names the command that stores it")
  func notStored() throws {
    for (layer, features, tier) in [
      ("bare", SimilarityQuestion.Features.means, "--layer bare"),
      ("dead", .maps, "--layer dead --keep pooled,maps"),
    ] {
      let error = #expect(throws: WarehouseError.self) {
        try ask {
          $0.layers = [layer]
          $0.features = features
        }
      }
      #expect(error?.description.contains("run: lethe ingest --model before") == true)
      #expect(error?.description.contains(tier) == true)
    }
  }

  @Test("names that are not there, and no sample")
  func errors() throws {
    func error(_ change: (inout SimilarityQuestion) -> Void) -> QueryError? {
      queryError { _ = try ask("before", "after", change) }
    }
    #expect(error { $0.layers = ["fcc"] }?.description.contains("did you mean fc?") == true)
    #expect(error { $0.after = "aftr" }?.exitCode == 2)
    #expect(error { $0.selection.dataset = "face" }?.exitCode == 2)
    #expect(error { $0.selection.split = .train }?.exitCode == 3)
  }
}
