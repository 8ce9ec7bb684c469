import Compute
import Foundation
import Testing
import Warehouse

@testable import Query

@Suite("Minimal pairs")
struct PairsTests {
  /// Asks a warehouse of pairs and gives each row by column.
  private func ask(
    _ models: [String] = [], _ adjust: (inout PairsQuestion) -> Void = { _ in },
    change: (Int, inout SampleRecord) -> Void = { _, _ in }
  ) throws -> (rows: [[String: Cell]], notes: [String]) {
    let place = try PairStore(change)
    defer { try? FileManager.default.removeItem(at: place.folder) }
    let store = try Store.open(place.folder, for: .reading)
    defer { try? store.close() }
    var question = PairsQuestion(models: models)
    question.resamples = 200
    adjust(&question)
    let session = try ReadOnlySession(store)
    let answer = try session.pairs(question, of: store)
    let table = try session.table(answer)
    // What --show-sql prints can be asked.
    for statement in answer.statements { #expect(try !session.table(statement).rows.isEmpty) }
    return (
      table.rows.map { Dictionary(uniqueKeysWithValues: zip(table.columns, $0)) }, answer.notes
    )
  }

  /// The pairs of an action unit with the positions of both pictures.
  private func pairs(_ unit: Int) -> [(pair: Int, off: Int, on: Int)] {
    (0..<PairStore.pictures / 2).filter { PairStore.unit($0) == unit }.map { pair in
      let positions = [2 * pair, 2 * pair + 1]
      let on = positions[PairStore.isOn(positions[0]) ? 0 : 1]
      return (pair, positions.reduce(0, +) - on, on)
    }
  }

  private func mean(_ values: [Double]) -> Double { values.reduce(0, +) / Double(values.count) }

  private func doubles(_ model: String, _ layer: String, _ position: Int) -> [Double] {
    PairStore.means(model, layer, position).map(Double.init)
  }

  @Test("by logit: mean changes of logits and probabilities, and of the prediction")
  func logits() throws {
    let (rows, notes) = try ask(["before"])
    #expect(notes[0] == "data set pairs, all splits: 12 pairs of 4 subjects")
    #expect(rows.count == 4)
    for row in rows {
      let pairs = pairs(row["au"]?.int ?? 0)
      let place = row["class"] == .text("a") ? 0 : 1
      let logits = pairs.map {
        (doubles("before", "logits", $0.off), doubles("before", "logits", $0.on))
      }
      let p = { (x: [Double]) in exp(x[place]) / (exp(x[0]) + exp(x[1])) }
      #expect(row["n"] == Cell(pairs.count))
      #expect(agree(row["delta_logit"]?.double, mean(logits.map { $1[place] - $0[place] })))
      #expect(agree(row["delta_p"]?.double, mean(logits.map { p($1) - p($0) })))
      let changed = logits.map { ($0[0] < $0[1]) != ($1[0] < $1[1]) ? 1.0 : 0 }
      #expect(agree(row["changed"]?.double, mean(changed)))
      let (low, high) = (row["lo"]?.double ?? .nan, row["hi"]?.double ?? .nan)
      let middle = row["delta_logit"]?.double ?? .nan
      #expect(low <= middle && middle <= high)
    }
    // Class a's logit never moves.
    let still = try #require(rows.first { $0["class"] == .text("a") })
    #expect(still["delta_logit"] == .real(0) && still["lo"] == .real(0))
  }

  @Test("by layer: the distance between the pictures of a pair beside that between pairs")
  func layers() throws {
    let (rows, _) = try ask(["before"]) {
      $0.place = .layer
      $0.layers = ["conv"]
    }
    #expect(rows.count == 2)
    let off = (0..<PairStore.pictures / 2).map { pair in
      doubles("before", "conv", 2 * pair + (PairStore.isOn(2 * pair) ? 1 : 0))
    }
    let apart = { (a: [Double], b: [Double]) in
      (zip(a, b).reduce(0) { $0 + ($1.0 - $1.1) * ($1.0 - $1.1) }
        / a.reduce(0) { $0 + $1 * $1 }).squareRoot()
    }
    for row in rows {
      let changes = pairs(row["au"]?.int ?? 0).map {
        apart(doubles("before", "conv", $0.off), doubles("before", "conv", $0.on))
      }
      #expect(agree(row["change"]?.double, mean(changes)))
      // A thousand of the 132 ordered pairs of pictures were drawn, with replacement.
      let all = off.indices.flatMap { i in
        off.indices.filter { $0 != i }.map { apart(off[i], off[$0]) }
      }
      let noise = try #require(row["noise"]?.double)
      #expect(abs(noise - mean(all)) < 0.1 * mean(all))
      #expect(agree(row["ratio"]?.double, mean(changes) / noise))
    }
  }

  @Test("two models: differences pair by pair, tested over subjects and corrected")
  func differences() throws {
    let (rows, _) = try ask(["before", "after"])
    #expect(rows.count == 4)
    var tests: [Double?] = []
    for row in rows {
      let unit = row["au"]?.int ?? 0
      let place = row["class"] == .text("a") ? 0 : 1
      let change = { (model: String, pair: (pair: Int, off: Int, on: Int)) in
        doubles(model, "logits", pair.on)[place] - doubles(model, "logits", pair.off)[place]
      }
      let difference = pairs(unit).map { change("after", $0) - change("before", $0) }
      #expect(agree(row["difference"]?.double, mean(difference)))
      #expect(
        agree(row["delta_logit_before"]?.double, mean(pairs(unit).map { change("before", $0) })))
      #expect(
        agree(row["delta_logit_after"]?.double, mean(pairs(unit).map { change("after", $0) })))
      let subjects = (0..<PairStore.subjects).map { subject in
        zip(pairs(unit), difference).filter { $0.0.pair / PairStore.perSubject == subject }
          .reduce(0) { $0 + $1.1 }
      }
      tests.append(SignFlipTest.pValue(differences: subjects, permutations: 20_000, seed: 1))
    }
    for (row, p) in zip(rows, zip(tests, Holm.adjust(tests))) {
      #expect(agree(row["p"]?.double, p.0))
      #expect(agree(row["p_holm"]?.double, p.1))
    }
  }

  @Test("a layer that two models share differs by nothing and is not tested")
  func shared() throws {
    let (rows, _) = try ask(["before", "after"]) { $0.place = .layer }
    #expect(rows.count == 4)
    for row in rows where row["layer"] == .text("conv") {
      #expect(row["difference"] == .real(0) && row["p"] == .null && row["p_holm"] == .null)
    }
    let logits = rows.filter { $0["layer"] == .text("logits") }
    #expect(logits.count == 2 && logits.allSatisfy { $0["p"] != .null })
  }

  @Test("without names: every model that was run, and the data set of pairs")
  func all() throws {
    let (rows, _) = try ask { $0.units = [6] }
    // One other model, two classes.
    #expect(rows.count == 2)
    #expect(rows.allSatisfy { $0["au"] == .integer(6) && $0["dataset"] == .text("pairs") })
    #expect(rows.map { $0["before"] ?? .null } == Array(repeating: .text("before"), count: 2))
  }

  @Test("pictures that are no pair are left out and counted")
  func left() throws {
    let (rows, notes) = try ask(
      ["before"], { $0.units = [12] },
      change: { position, record in
        switch position {
        // Another action unit too; another intensity; one picture alone; none that differs.
        case 0: record.codings[0].present.append(.init(9, intensity: 1))
        case 2: record.codings[0].present[0].intensity = 4
        case 4: record.sequence = nil
        case 7: record.codings[0].present = record.codings[0].present.filter { $0.au == 4 }
        case 6: record.codings[0].present = record.codings[0].present.filter { $0.au == 4 }
        default: break
        }
      })
    #expect(notes[0].contains("5 pairs of 3 subjects"), "\(notes)")
    #expect(notes[1].hasPrefix("4 sequences are left out"), "\(notes)")
    // Of AU12 both pairs of the first person and the first of the second are gone.
    #expect(rows.allSatisfy { $0["n"] == .integer(5) })
  }

  @Test("one person: means without intervals and tests")
  func onePerson() throws {
    let (rows, notes) = try ask(["before", "after"]) { $0.selection.filter = "subject = 's1'" }
    #expect(notes[0].contains("no interval or test over subjects is possible"))
    #expect(rows.allSatisfy { $0["difference"] != .null && $0["lo"] == .null && $0["p"] == .null })
  }

  @Test("what cannot be answered says what to do")
  func refusals() throws {
    let cases: [([String], (inout PairsQuestion) -> Void, String)] = [
      (["befor"], { _ in }, "did you mean before?"),
      (["before"], { $0.units = [9] }, "no pair switches AU9; they switch AU6, AU12"),
      (["before"], { $0.selection.dataset = "other" }, "has no minimal pairs"),
      (["before"], { $0.selection.split = .test }, "has no minimal pairs"),
      (["before", "pain"], { _ in }, "ask --by layer"),
      (
        ["before"],
        {
          $0.place = .layer
          $0.layers = ["cnov"]
        }, "did you mean conv?"
      ),
    ]
    for (models, adjust, message) in cases {
      let error = queryError { _ = try ask(models, adjust) }
      #expect(error?.description.contains(message) == true, "\(error?.description ?? "none")")
    }
    // What is not stored is named with the command that stores it.
    #expect {
      _ = try ask(["pain"])
    } throws: {
      "\($0)".contains("lethe ingest --model pain --dataset pairs")
    }
    let error = queryError { _ = try ask(change: { $1.sequence = "q" }) }
    #expect(error?.description.contains("no data set has minimal pairs") == true)
    let video = queryError {
      _ = try ask([], { $0.selection.dataset = "pairs" }, change: { $1.sequence = "q" })
    }
    #expect(video?.description.contains("has more than two pictures") == true)
  }
}
