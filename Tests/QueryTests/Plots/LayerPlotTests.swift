import Testing

@testable import Query

@Suite("Plots of concepts and probes")
struct LayerPlotTests {
  private static let layers = ["conv1_1", "conv3_3", "conv5_3"]

  /// Rows of a comparison: the value before is 0.8 and falls by the place of the layer over ten.
  private func table(_ name: String, _ values: [Cell], measure: String) -> Table {
    Table(
      columns: [
        "before", "after", "layer", name, "measure", "value_before", "value_after", "delta", "lo",
        "hi", "p_holm", "verdict",
      ],
      rows: values.flatMap { value in
        LayerPlotTests.layers.enumerated().map { place, layer -> [Cell] in
          let fall = Double(place) / 10
          let isLost = place == 2
          return [
            .text("emotion"), .text("pain-b1"), .text(layer), value, .text(measure), .real(0.8),
            place == 1 ? .null : .real(0.8 - fall), place == 1 ? .null : .real(-fall), .real(-0.3),
            .real(0.1), .real(isLost ? 0.01 : 1), .text(isLost ? "lost" : "undecided"),
          ]
        }
      })
  }

  @Test("concepts: a cell an action unit and layer, lost ones framed, missing ones struck out")
  func concept() throws {
    let units = [1, 12, 25].map { Cell($0) }
    let figure = ConceptPlot.figure(
      table("au", units, measure: "presence_auc"), scope: "data set faces, split test")
    let texts = figure.labels.map(\.text)
    #expect(texts.filter { $0.hasPrefix("AU") } == ["AU1", "AU12", "AU25"])
    // The colour bar writes them once more.
    #expect(texts.filter { $0 == "−.20" }.count == 3 + 1 && figure.dots == 3)
    #expect(texts.filter { $0 == "0" }.count == 3 + 1)
    #expect(figure.tooltips.filter { $0 == "no value" }.count == 3)
    #expect(
      figure.tooltips.contains(
        "AU12 lip corner puller, conv5_3: presence_auc 0.800 → 0.600, Δ −0.200, 95% interval "
          + "−0.300 to 0.100, p after Holm 0.01, lost"))
    #expect(texts.contains("Presence AUC") && texts.contains("emotion → pain-b1"))
    #expect(figure.textFlaws == [])
    _ = try parsed(figure)
  }

  @Test("probes: curves of few targets, colours of many, or what was asked for")
  func probe() throws {
    let few = table("target", ["happiness", "AU12"].map { .text($0) }, measure: "auc")
    let curves = ProbePlot.figure(few, style: nil, scope: "data set faces")
    #expect(curves.labels.filter { $0.isBold }.map(\.text).dropFirst() == ["happiness", "AU12"])
    #expect(
      curves.tooltips.filter { $0 == "AU12, conv5_3: auc 0.800 → 0.600, lost" }.count == 2)
    #expect(curves.textFlaws == [])
    let many = table("target", (1...14).map { .text("AU\($0)") }, measure: "auc")
    let heat = ProbePlot.figure(many, style: nil, scope: "data set faces")
    #expect(heat.labels.filter { $0.text == "−.20" }.count == 14 + 1 && heat.dots == 14)
    #expect(heat.textFlaws == [])
    let asked = ProbePlot.figure(many, style: .curves, scope: "data set faces")
    #expect(asked.labels.filter { $0.text.hasPrefix("AU") }.count == 14)
    #expect(asked.textFlaws == [])
    for figure in [curves, heat, asked] { _ = try parsed(figure) }
  }
}
