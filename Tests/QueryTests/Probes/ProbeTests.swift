import Compute
import Foundation
import Testing
import Warehouse

@testable import Query

@Suite("Probes")
struct ProbeTests {
  private func ask(
    trainSubjects: Int = 12, _ change: (inout ProbeQuestion) -> Void = { _ in }
  ) throws -> (table: Table, notes: [String]) {
    let place = try ProbeStore(trainSubjects: trainSubjects)
    defer { try? FileManager.default.removeItem(at: place.folder) }
    let store = try Store.open(place.folder, for: .reading)
    let session = try ReadOnlySession(store.catalogue)
    var question = ProbeQuestion(before: "before", after: "after")
    question.resamples = 400
    question.permutations = 1_000
    change(&question)
    let answer = try session.probes(question, of: store)
    return (try session.table(answer), answer.notes)
  }

  private func row(_ table: Table, _ layer: String, _ target: String) throws -> NamedRow {
    try #require(
      table.named.first { $0.text("layer") == layer && $0.text("target") == target })
  }

  /// The share of pairs in which the present sample has the larger score, ties by half.
  private func area(_ present: [Float], _ absent: [Float]) -> Double {
    var wins = 0.0
    for a in present { for b in absent { wins += a > b ? 1 : a == b ? 0.5 : 0 } }
    return wins / Double(present.count * absent.count)
  }

  private var held: [Int] { (0..<ProbeStore.samples).filter { !ProbeStore.isTrain($0) } }

  @Test("a probe of one channel orders pictures as the channel does, within labels too")
  func oneChannel() throws {
    let (table, _) = try ask { $0.layers = ["shared", "lost"] }
    for (layer, model, column) in [
      ("shared", "before", "before"), ("shared", "before", "after"), ("lost", "before", "before"),
    ] {
      let row = try row(table, layer, "AU12")
      let scores = { (label: Int?, isPresent: Bool) in
        held.filter {
          ProbeStore.hasUnit12($0) == isPresent && (label == nil || ProbeStore.label($0) == label)
        }.map { ProbeStore.features(layer, model, $0)[0] }
      }
      let expected = area(scores(nil, true), scores(nil, false))
      #expect(abs((row.number("value_\(column)") ?? 0) - expected) < 1e-12)
      var (wins, pairs) = (0.0, 0.0)
      for label in 0..<3 {
        let (present, absent) = (scores(label, true), scores(label, false))
        let own = Double(present.count * absent.count)
        wins += area(present, absent) * own
        pairs += own
      }
      #expect(abs((row.number("within_\(column)") ?? 0) - wins / pairs) < 1e-12)
      #expect(row.count("n") == 120 && row.count("subjects") == 10)
      #expect(row.count("n_positive") == held.count { ProbeStore.hasUnit12($0) })
    }
  }

  @Test("verdicts: hidden where the head errs, kept where it does not, lost, gained, absent")
  func verdicts() throws {
    let (table, notes) = try ask {
      $0.layers = ["shared", "kept", "lost", "gained", "absent", "dead"]
    }
    let expected = [
      "shared": "hidden", "kept": "hidden", "lost": "lost", "gained": "gained",
      "absent": "absent", "dead": "absent",
    ]
    for (layer, verdict) in expected where layer != "absent" {
      let row = try row(table, layer, "AU12")
      #expect(row.text("verdict") == verdict, "\(layer)")
      #expect(row.number("head_before") == 1 && row.number("head_after") == 0)
    }
    // Noise is not told before; its interval may be too wide to say more.
    #expect(["absent", "undecided"].contains(try row(table, "absent", "AU12").text("verdict")))
    #expect(try row(table, "kept", "AU12").text("within_verdict") == "hidden")
    #expect(try row(table, "lost", "AU12").text("within_verdict") == "lost")
    let shared = try row(table, "shared", "AU12")
    #expect(shared.number("delta") == 0 && shared.number("lo") == 0 && shared.number("p") == 1)
    let label = try row(table, "kept", "a")
    #expect(label.text("measure") == "auc" && label.number("value_before") ?? 0 > 0.95)
    let task = try row(table, "kept", "emotion")
    #expect(task.text("measure") == "macro_accuracy" && task.number("value_after") ?? 0 > 0.85)
    #expect(notes.contains { $0.hasPrefix("verdicts at a margin of 0.05: ") })
  }

  @Test("permuted labels are told by chance, or by what the label tells")
  func permuted() throws {
    let (table, _) = try ask { $0.layers = ["kept"] }
    for target in ["AU12", "a", "b", "c"] {
      let row = try row(table, "kept", target)
      #expect(abs((row.number("permuted_before") ?? 0) - 0.5) < 0.2)
    }
  }

  @Test("what is not coded is left out and counted; what is never present has no probe")
  func unknown() throws {
    let (table, notes) = try ask { $0.layers = ["shared"] }
    let unit2 = try row(table, "shared", "AU2")
    #expect(unit2.count("n") == held.count { ProbeStore.codesUnit2($0) })
    #expect(
      unit2.count("n_positive")
        == held.count { ProbeStore.codesUnit2($0) && ProbeStore.hasUnit2($0) })
    #expect(notes.contains("samples left out, since not coded: AU2 10"))
    let unit6 = try row(table, "shared", "AU6")
    #expect(unit6.number("value_before") == nil && unit6.text("verdict") == "undecided")
    #expect(
      notes.contains(
        "nothing to learn from, since the train split knows them present or absent alone: AU6"))
  }

  @Test("features that never change tell nothing; those that are not finite are undefined")
  func edges() throws {
    let (table, notes) = try ask { $0.layers = ["dead", "broken"] }
    let dead = try row(table, "dead", "AU12")
    #expect(dead.number("value_before") == 0.5 && dead.number("value_after") == 0.5)
    let broken = try row(table, "broken", "AU12")
    #expect(broken.number("value_before") == nil && broken.text("verdict") == "undecided")
    #expect(notes.contains("undefined, because features are not finite: broken"))
  }

  @Test("without layers named, those that are stored; bits do not depend on what else is asked")
  func defaults() throws {
    let (all, notes) = try ask()
    #expect(Set(all["layer"]) == Set(ProbeStore.layers.dropLast().map { .text($0) }))
    #expect(notes.contains("1 layers are left out: nothing of them is stored"))
    let (again, _) = try ask { $0.layers = ["kept"] }
    let own = zip(all["layer"], all.rows).filter { $0.0 == .text("kept") }.map(\.1)
    #expect(own == again.rows)
    let (alone, _) = try ask {
      $0.layers = ["kept"]
      $0.actionUnits = [12]
    }
    #expect(alone["target"] == [.text("AU12")])
  }

  @Test("mean and maximum are twice as many features")
  func meanMax() throws {
    let (means, _) = try ask { $0.layers = ["shared"] }
    let (both, _) = try ask {
      $0.layers = ["shared"]
      $0.features = .meanMax
    }
    // Here the maximum is the mean, so that the order of pictures stays.
    #expect(
      try row(both, "shared", "AU12").number("value_before")
        == row(means, "shared", "AU12").number("value_before"))
  }

  @Test("one subject to learn from gives no folds, one to try on no interval")
  func oneSubject() throws {
    let (table, notes) = try ask(trainSubjects: 1) {
      $0.layers = ["kept"]
      $0.selection.filter = "subject = 's12'"
    }
    let row = try row(table, "kept", "AU12")
    #expect(row.number("penalty_before") == ProbeBattery.fallback)
    #expect(row.number("value_before") ?? 0 > 0.9)
    #expect(row.number("lo") == nil && row.number("p") == nil)
    #expect(row.text("verdict") == "undecided")
    #expect(notes[1].contains("too few to choose a penalty by"))
  }

  @Test("errors say what to do")
  func errors() throws {
    func error(_ change: (inout ProbeQuestion) -> Void) -> QueryError? {
      queryError { _ = try ask(change) }
    }
    #expect(error { $0.actionUnits = [99] }?.description.contains("there are 2, 6, 12") == true)
    #expect(error { $0.layers = ["kep"] }?.description.contains("did you mean kept?") == true)
    #expect(error { $0.selection.split = .train }?.exitCode == 2)
    #expect(error { $0.selection.filter = "subject = 'nobody'" }?.exitCode == 3)
    #expect(error { $0.control = "aftr" }?.exitCode == 2)
    let missing = #expect(throws: WarehouseError.self) { try ask { $0.layers = ["bare"] } }
    #expect(missing?.description.contains("run: lethe ingest --model before") == true)
  }

  @Test("a control is subtracted over the same pictures")
  func control() throws {
    let (table, _) = try ask {
      $0.layers = ["lost", "gained"]
      $0.control = "before"
    }
    for layer in ["lost", "gained"] {
      let row = try row(table, layer, "AU12")
      #expect(row.text("control") == "before")
      #expect(row.number("minus_control") == row.number("delta"))
      #expect(row.number("minus_control_lo") == row.number("lo"))
    }
  }
}
