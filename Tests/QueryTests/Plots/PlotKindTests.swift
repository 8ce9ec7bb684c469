import Raster
import SQLite
import Testing

@testable import Query

@Suite("Plots of answers")
struct PlotKindTests {
  @Test("flips: rates, counts and chance by hand, in the order of the models")
  func flips() throws {
    let plot = try FlipsPlot(before: "emotion").plot(try Catalogue.tiny().session())
    let tooltips = plot.figure.tooltips
    // 10 pictures: after forgot 2, 3 and 6 and gained 5; the control forgot 2.
    #expect(
      tooltips.filter { $0.contains("forgotten") }.map { $0.prefix { $0 != "," } } == [
        "emotion-after-pain-b1: forgotten 30.0%", "emotion-after-pain-fc: forgotten 10.0%",
      ])
    #expect(tooltips.contains("emotion-after-pain-b1: gained 10.0%, 1 of 10"))
    #expect(tooltips.contains("emotion-after-pain-fc: gained 0.0%, 0 of 10"))
    // 7 of 10 right before, 5 of 10 after: 0.7 · 0.5.
    #expect(tooltips.contains("emotion-after-pain-b1: independent errors would forget 35.0%"))
    let texts = plot.figure.labels.map(\.text)
    #expect(texts.contains("b1") && texts.contains("fc"))
    #expect(texts.contains("variant after: emotion-after-pain-…"))
    #expect(plot.figure.summary.contains("split test: 10 samples of 3 subjects."))
    #expect(plot.statements.count == 2)
    try check(plot.figure)
  }

  @Test("flips: the order that was asked for, and errors that name what is wrong")
  func flipsChoice() throws {
    let catalogue = try Catalogue.tiny()
    let session = try catalogue.session()
    var plot = FlipsPlot(before: "emotion")
    plot.after = ["emotion-after-pain-fc"]
    let figure = try plot.plot(session).figure
    #expect(figure.labels.contains { $0.text == "emotion-after-pain-fc" })
    #expect(!figure.tooltips.contains { $0.contains("-b1") })
    plot.after = ["nothing"]
    #expect(queryError { _ = try plot.plot(session) }?.kind == .usage)
    plot = FlipsPlot(before: "emotion")
    plot.selection.filter = "subject = 'nobody'"
    #expect(queryError { _ = try plot.plot(session) }?.kind == .nothingFound)
  }

  @Test("flips: a repetition of the ladder is compared with itself")
  func repetition() throws {
    let catalogue = try Catalogue.tiny()
    try catalogue.addModel(
      9, "emotion.s2", task: "emotion", classes: ["neutral", "happiness", "sadness"])
    try catalogue.addPrediction(9, 1, "happiness", [0, 1, 0])
    let session = try catalogue.session()
    #expect(queryError { _ = try FlipsPlot(before: "emotion.s2").plot(session) }?.exitCode == 3)
    #expect(
      try !FlipsPlot(before: "emotion").plot(session).figure.tooltips.contains {
        $0.contains(".s2")
      })
  }

  @Test("classes: colours or dots, one part a task, recall by hand")
  func classes() throws {
    let catalogue = try Catalogue.tiny()
    try catalogue.addPain()
    let session = try catalogue.session()
    var plot = ClassesPlot(ScoreQuestion())
    plot.question.resamples = 50
    plot.style = .heat
    let heat = try plot.plot(session).figure
    // Of five happy pictures four were recognised before; no neutral picture is there.
    #expect(heat.tooltips.contains { $0.hasPrefix("emotion, happiness: 80.0% of 5, 95%") })
    #expect(heat.labels.contains { $0.text == "Task pain" })
    #expect(heat.labels.filter { $0.text == "80%" }.count >= 1)
    #expect(heat.labels.filter { $0.text == "recall" }.count == 1)
    try check(heat)
    plot.style = .dots
    let dots = try plot.plot(session).figure
    // A heat map also shows where there is nothing.
    #expect(Set(dots.tooltips) == Set(heat.tooltips).subtracting(["no value"]))
    #expect(dots.labels.filter { $0.text == "emotion-after-pain-fc" }.count == 1)
    try check(dots)
    plot.style = nil
    plot.question.models = ["emotion"]
    #expect(try plot.plot(session).figure.labels.contains { $0.text.hasPrefix("Bars") } == false)
    #expect(try plot.plot(session).figure.summary.contains("Bars: 95% interval"))
  }

  @Test("aus: a row an action unit with its numbers")
  func actionUnits() throws {
    let session = try Catalogue.tiny().session()
    let question = AUQuestion(before: "emotion", after: "emotion-after-pain-b1")
    let figure = try AUsPlot(question).plot(session).figure
    let texts = figure.labels.map(\.text)
    #expect(texts.filter { $0.hasPrefix("AU") } == ["AU1", "AU4", "AU6", "AU12", "AU15", "AU25"])
    // AU12: in 2 of the 3 forgotten and 2 of the 3 retained pictures that were coded.
    #expect(texts.filter { $0 == "67%" }.count == 2)
    #expect(figure.summary.contains("3 forgotten, 4 retained"))
    try check(figure)
  }

  @Test("aus: nothing is coded")
  func nothingCoded() throws {
    let catalogue = try Catalogue.tiny()
    try catalogue.connection.run("DELETE FROM sample_coding")
    try catalogue.connection.run("DELETE FROM au")
    let session = try catalogue.session()
    let question = AUQuestion(before: "emotion", after: "emotion-after-pain-b1")
    #expect(queryError { _ = try AUsPlot(question).plot(session) }?.kind == .nothingFound)
  }

  @Test("histories: a part a task, training and validation, and who is still in training")
  func histories() throws {
    let catalogue = try Catalogue.tiny()
    try catalogue.addPain()
    for (model, epochs) in [("emotion", 12), ("pain-b1", 3), ("later", 1)] {
      for epoch in 1...epochs {
        for (split, accuracy) in [("train", 0.9), ("val", 0.75)] {
          try catalogue.connection.run(
            "INSERT INTO epoch VALUES (?, ?, ?, ?, ?)", model, epoch, split,
            1 / Double(epoch), accuracy)
        }
      }
    }
    let session = try catalogue.session()
    let figure = try HistoriesPlot().plot(session).figure
    let headings = figure.labels.filter { $0.size == ChartFrame.headingSize }.map(\.text)
    #expect(headings == ["Task emotion", "Task pain", "In training"])
    #expect(figure.tooltips.contains("emotion, epoch 4, validation: loss 0.250"))
    #expect(figure.tooltips.contains("pain-b1, epoch 3, training: accuracy 90.0%"))
    #expect(figure.tooltips.count == (12 + 3 + 1) * 4)
    try check(figure)
    let one = try HistoriesPlot(models: ["later", "nobody"]).plot(session)
    #expect(one.notes == ["no training is recorded of nobody"])
    #expect(queryError { _ = try HistoriesPlot(models: ["nobody"]).plot(session) }?.exitCode == 3)
  }

  @Test("similar: a line a pair over all layers, broken where a layer is missing")
  func similar() throws {
    let columns = ["before", "after", "layer_before", "cka"]
    let layers = ["conv1_1", "pool1", "fc6"]
    let tables = [("b5", [1, 0.9, 0.5]), ("b1", [0.8, nil, 0.25])].map { name, values in
      Table(
        columns: columns,
        rows: zip(layers, values).map { [.text("emotion"), .text(name), .text($0), Cell($1)] })
    }
    let figure = SimilarPlot.figure(tables, features: .means, scope: "data set faces, split test")
    #expect(
      figure.tooltips == [
        "b5, conv1_1: CKA 1.000", "b5, pool1: CKA 0.900", "b5, fc6: CKA 0.500",
        "b1, conv1_1: CKA 0.800", "b1, fc6: CKA 0.250",
      ])
    #expect(
      figure.labels.contains { $0.text == "0.0" } && figure.labels.contains { $0.text == "1.0" })
    try check(figure)
  }

  @Test("more series than categories take their colours from a scale, all different")
  func manySeries() {
    #expect((0..<7).map { SeriesPaint.of($0, among: 7) } == (0..<7).map { .series($0) })
    let many = (0..<30).map { SeriesPaint.of($0, among: 30).lightColour }
    #expect(Set(many).count == 30)
  }

  @Test("names lose what they have in common, up to a hyphen")
  func shortNames() {
    let ladder = ShortNames(["emotion-after-pain-fc", "emotion-after-pain-b1"])
    #expect(ladder.common == "emotion-after-pain-" && ladder.names == ["fc", "b1"])
    #expect(ShortNames(["pain-b1", "pain-b5"]).names == ["b1", "b5"])
    #expect(ShortNames(["pain-b1"]).names == ["pain-b1"])
    #expect(ShortNames(["pain-b1", "emotion"]).names == ["pain-b1", "emotion"])
    #expect(ShortNames(["a-", "a-b"]).names == ["a-", "a-b"])
    #expect(ShortNames([]).names == [])
  }

  /// What holds for every figure: well-formed, texts apart and on the paper, drawn the same twice.
  private func check(_ figure: Figure) throws {
    #expect(figure.textFlaws == [])
    let root = try parsed(figure)
    #expect(root.all("text").count == figure.labels.count)
    #expect(!figure.title.isEmpty && !figure.summary.isEmpty)
    let picture = try Picture.decode(figure.pngFile(scale: 1), name: "figure")
    #expect(picture.width == Int(figure.width) && picture.height == Int(figure.height))
    #expect(picture.pixels.contains { $0 < 100 })
  }
}
