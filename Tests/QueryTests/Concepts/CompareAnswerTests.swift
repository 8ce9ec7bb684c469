import Compute
import Testing

@testable import Query

@Suite("Concepts before and after")
struct CompareAnswerTests {
  @Test("a concept that is gone, by hand")
  func forgotten() throws {
    let (table, notes) = try CompareData.table([CompareData.good("one"), CompareData.bad("other")])
    #expect(table["measure"] == [.text("set_iou"), .text("set_iou_all"), .text("presence_auc")])
    #expect(table["n"] == [Cell(8), Cell(12), Cell(12)])
    #expect(table["n_present"] == [Cell(8), Cell(8), Cell(8)])
    #expect(table["subjects"] == [Cell(4), Cell(4), Cell(4)])
    // 72/80; 72/80 as nothing is predicted elsewhere; every present picture above every absent one.
    #expect(table["value_before"] == [.real(0.9), .real(0.9), .real(1)])
    // 8/160; 8/(160 + 40); all tied.
    #expect(table["value_after"] == [.real(0.05), .real(0.04), .real(0.5)])
    let deltas = table["delta"].map(\.double)
    #expect(zip(deltas, [-0.85, -0.86, -0.5]).allSatisfy { agree($0, $1) })
    // Four people, all alike: of 16 swaps the two that swap nobody or all are as extreme.
    #expect(table["p"] == [.real(0.125), .real(0.125), .real(0.125)])
    #expect(table["p_holm"] == [.real(0.375), .real(0.375), .real(0.375)])
    #expect(zip(table["lo"], table["delta"]).allSatisfy { agree($0.double, $1.double) })
    #expect(table["verdict"] == Array(repeating: .text("forgotten"), count: 3))
    #expect(table["concept_verdict"] == Array(repeating: .text("forgotten"), count: 3))
    #expect(table["found_before"] == Array(repeating: .text("concept"), count: 3))
    #expect(table["region_before"] == [.real(0.5), .null, .null])
    #expect(table["delta_region"] == [.real(0), .null, .null])
    #expect(agree(table["delta_best_filter"][0].double, -0.3))
    #expect(table["group"][0] == .text("emotion"))
    #expect(table["control"] == [.null, .null, .null])
    #expect(table["p_recipe"] == [.null, .null, .null])
    #expect(table["seeds"] == [Cell(1), Cell(1), Cell(1)])
    #expect(notes[0] == "data set faces, split test: 12 samples of 4 subjects")
    #expect(notes[1].contains("below 5 repetitions of both (there is 1)"))
    #expect(notes[2].contains("1 forgotten, 0 gained, 0 kept, 0 undecided"))
    // Four people cannot reach 0.05.
    #expect(notes[3].hasPrefix("of the 1 forgotten or gained, 0 with p_holm < 0.05"))
  }

  @Test("a layer that both share is equal: no difference, kept, not counted by Holm")
  func equal() throws {
    let layers = [
      CompareData.layer("shared", before: "same", after: "same"), CompareData.layer("conv"),
    ]
    let (table, notes) = try CompareData.table(
      [
        CompareData.good("same", layer: "shared"), CompareData.good("one"),
        CompareData.bad("other"),
      ], CompareData.models(layers))
    #expect(table["layer"].prefix(3) == [.text("shared"), .text("shared"), .text("shared")])
    for row in 0..<3 {
      #expect(table["delta"][row] == .real(0))
      #expect(table["lo"][row] == .real(0))
      #expect(table["hi"][row] == .real(0))
      #expect(table["p"][row] == .real(1))
      #expect(table["p_holm"][row] == .real(1))
      #expect(table["verdict"][row] == .text("kept"))
      #expect(table["concept_verdict"][row] == .text("kept"))
      // The three tests of the other layer alone.
      #expect(table["p_holm"][row + 3] == .real(0.375))
    }
    #expect(table["value_before"][0] == .real(0.9))
    #expect(notes.contains("1 layer is shared by both models: equal, not tested"))
  }

  @Test("a control with the layer of before changes nothing; one with its own is subtracted")
  func control() throws {
    let records = [CompareData.good("one"), CompareData.bad("other")]
    let shared = try CompareData.table(
      records,
      CompareData.models([CompareData.layer("conv", control: "one")], control: "fc")
    ).table
    #expect(shared["control"][0] == .text("fc"))
    #expect(shared["delta_control"] == [.real(0), .real(0), .real(0)])
    #expect(shared["delta_minus_control"] == shared["delta"])
    #expect(shared["minus_control_lo"] == shared["lo"])
    #expect(shared["minus_control_hi"] == shared["hi"])
    let own = CompareData.concept("third") { _, picture in
      .init(intersection: picture < 2 ? 6 : 0, union: picture < 2 ? 10 : 0, peak: 0.5)
    }
    let table = try CompareData.table(
      records + [own],
      CompareData.models([CompareData.layer("conv", control: "third")], control: "fc")
    ).table
    // 48/80 − 0.9, and 0.05 − 48/80.
    #expect(agree(table["delta_control"][0].double, -0.3))
    #expect(agree(table["delta_minus_control"][0].double, -0.55))
    #expect(agree(table["minus_control_lo"][0].double, -0.55))
    #expect(agree(table["delta"][0].double, -0.85))
    // No concept of the control's layer: nothing to subtract.
    let missing = try CompareData.table(
      records, CompareData.models([CompareData.layer("conv", control: "fourth")], control: "fc")
    ).table
    #expect(missing["delta_control"] == [.null, .null, .null])
  }

  @Test("five repetitions speak of the recipe, four do not")
  func recipe() throws {
    var records = [CompareData.good("one"), CompareData.bad("other")]
    let repetitions = (2...5).map { CompareModels.Repetition(before: "b\($0)", after: "a\($0)") }
    for (index, repetition) in repetitions.enumerated() {
      records.append(CompareData.good(repetition.before))
      records.append(
        CompareData.concept(repetition.after) { _, picture in
          .init(intersection: picture < 2 ? index : 0, union: picture < 2 ? 10 : 0, peak: 0.5)
        })
    }
    let table = try CompareData.table(
      records, CompareData.models([CompareData.layer("conv", repetitions: repetitions)])
    ).table
    #expect(table["seeds"][0] == Cell(5))
    let test = SeedTest([-0.85, -0.9, -0.8, -0.7, -0.6])
    #expect(agree(table["delta_recipe"][0].double, test?.mean))
    #expect(agree(table["p_recipe"][0].double, test?.pValue))
    #expect(agree(table["recipe_lo"][0].double, test?.interval.low))
    let four = try CompareData.table(
      records,
      CompareData.models([
        CompareData.layer("conv", repetitions: Array(repetitions.prefix(3)))
      ])
    )
    #expect(four.table["seeds"][0] == Cell(4))
    #expect(four.table["p_recipe"][0] == .null)
    #expect(four.notes[1].contains("there are 4"))
  }

  @Test("only the samples, measures and action units that are asked for")
  func selection() throws {
    let records = [CompareData.good("one"), CompareData.bad("other")]
    // Persons a and b.
    let table = try CompareData.table(records, keeping: Set(1...6)) {
      $0.measures = [.presenceAUC]
    }.table
    #expect(table.rows.count == 1)
    #expect(table["n"] == [Cell(6)])
    #expect(table["subjects"] == [Cell(2)])
    #expect(table["p"] == [.real(0.5)])
    #expect(table["p_holm"] == [.real(0.5)])
    let one = try CompareData.table(records, keeping: [1, 2, 3])
    #expect(one.table["p"] == [.null, .null, .null])
    #expect(one.table["lo"] == [.null, .null, .null])
    #expect(one.table["verdict"] == Array(repeating: .text("undecided"), count: 3))
    #expect(one.notes[0].hasSuffix("no interval or test over subjects is possible"))
    // A layer of which one model has no concept of an action unit.
    let other = try CompareData.table(records + [CompareData.good("one", au: 4)]).table
    #expect(Set(other["au"]) == [Cell(12)])
  }

  @Test("a concept that was not told from its absence, and still is not, is kept with a warning")
  func neverThere() throws {
    let (table, notes) = try CompareData.table([
      CompareData.bad("one"), CompareData.bad("other"),
    ])
    #expect(table["concept_verdict"][0] == .text("kept"))
    #expect(
      notes.contains {
        $0.hasPrefix("1 of those kept were not told from their absence before")
      })
    let known = try CompareData.table([CompareData.good("one"), CompareData.good("other")])
    #expect(known.table["concept_verdict"][0] == .text("kept"))
    #expect(!known.notes.contains { $0.contains("not told from their absence") })
  }

  @Test("a concept without samples is undefined, not a crash")
  func empty() throws {
    var nothing = CompareData.good("other", au: 12)
    nothing.samples = []
    let table = try CompareData.table([CompareData.good("one"), nothing]).table
    #expect(table["n"] == [Cell(0), Cell(0), Cell(0)])
    #expect(table["delta"] == [.null, .null, .null])
    #expect(table["p"] == [.null, .null, .null])
    #expect(table["verdict"] == Array(repeating: .text("undecided"), count: 3))
  }
}
