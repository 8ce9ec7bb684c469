import Compute
import Testing

@testable import Query

@Suite("Pain against emotion")
struct CompareContrastTests {
  /// Pain units are kept, units of emotion alone are lost, in two layers; a third is shared.
  private func table(
    _ change: (inout CompareQuestion) -> Void = { $0.isContrast = true }
  ) throws -> (table: Table, notes: [String]) {
    var records: [ConceptRecord] = []
    for layer in ["conv1", "conv2"] {
      for au in [4, 9, 43, 1, 12, 99] {
        records.append(CompareData.good("before \(layer)", au: au, layer: layer))
        let isLost = [1, 12, 99].contains(au) && layer == "conv2"
        records.append(
          isLost
            ? CompareData.bad("after \(layer)", au: au, layer: layer)
            : CompareData.good("after \(layer)", au: au, layer: layer))
      }
    }
    let layers =
      ["conv1", "conv2"].map {
        CompareData.layer($0, before: "before \($0)", after: "after \($0)")
      } + [CompareData.layer("shared", before: "before conv1", after: "before conv1")]
    return try CompareData.table(records, CompareData.models(layers), change)
  }

  @Test(
    "the mean over pain units less the mean over units of emotion alone, a layer and over layers")
  func byHand() throws {
    let (table, notes) = try table()
    // Two layers that differ and their mean, three measures each.
    #expect(table.rows.count == 9)
    #expect(
      table["layer"].map(\.string).prefix(6) == [
        "conv1", "conv1", "conv1", "conv2", "conv2", "conv2",
      ])
    #expect(table["layer"][6...8] == [.text("all"), .text("all"), .text("all")])
    #expect(Set(table["pain_aus"]) == [.text("4;9;43")])
    // AU99 is of neither.
    #expect(Set(table["emotion_aus"]) == [.text("1;12")])
    let contrasts = table["contrast"].map(\.double)
    let expected = [0, 0, 0, 0.85, 0.86, 0.5, 0.425, 0.43, 0.25]
    #expect(zip(contrasts, expected).allSatisfy { agree($0, $1) })
    #expect(table["p"][0] == .real(1))
    #expect(table["p"][3...8].allSatisfy { $0 == .real(0.125) })
    #expect(table["p_holm"][3] == .real(0.75))
    #expect(table["p_holm"][6] == .null)
    #expect(agree(table["delta_emotion"][3].double, -0.85))
    #expect(agree(table["delta_pain"][3].double, 0))
    #expect(table["p_recipe"].allSatisfy { $0.isNull })
    #expect(
      notes.last
        == "presence_auc over layers: mean Δ 0 of pain units, -0.25 of units of emotion alone; "
        + "contrast 0.25 (0.25 to 0.25, p 0.125)")
  }

  @Test("beside the list of action units the contrast is said in a sentence")
  func note() throws {
    let (table, notes) = try table { _ in }
    #expect(table.columns == CompareAnswer.columns)
    // Six action units, two layers and the shared one, three measures.
    #expect(table.rows.count == 6 * 3 * 3)
    #expect(notes.count { $0.contains("over layers: mean Δ") } == 3)
  }

  @Test("without units of both kinds there is no contrast")
  func oneKind() throws {
    let (table, notes) = try CompareData.table([CompareData.good("one"), CompareData.bad("other")])
    {
      $0.isContrast = true
    }
    #expect(table.rows.isEmpty)
    #expect(table.columns == CompareContrasts.columns)
    #expect(notes.last?.contains("there is no contrast") == true)
  }

  @Test("groups of action units")
  func groups() {
    let groups = Dictionary(
      grouping: [1, 2, 4, 5, 6, 7, 9, 10, 12, 14, 15, 16, 17, 20, 23, 24, 25, 26, 43, 45],
      by: { CompareGroup($0) })
    #expect(groups[.pain] == [43])
    #expect(groups[.both] == [4, 6, 7, 9, 10])
    #expect(groups[.emotion] == [1, 2, 5, 12, 14, 15, 16, 17, 20, 23, 24, 25, 26])
    #expect(groups[.other] == [45])
  }
}
