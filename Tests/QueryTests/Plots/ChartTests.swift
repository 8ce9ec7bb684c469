import Raster
import Testing

@testable import Query

@Suite("Charts")
struct ChartTests {
  private let box = Box(x: 0, y: 0, width: 400, height: 300)

  @Test("a panel puts values where its axes say")
  func panel() {
    var panel = Panel(
      x: Axis(first: 0, last: 10, ticks: []), y: Axis(first: 0, last: 1, ticks: []))
    panel.layOut(in: box)
    // Without ticks and titles: 10 for labels on the left, 12 on the right, 6 above.
    #expect(panel.area == Box(x: 10, y: 6, width: 378, height: 294))
    #expect(panel.point(5, 0.5) == CanvasPoint(x: 199, y: 153))
    #expect(panel.point(-5, 2) == CanvasPoint(x: 10, y: 6))
  }

  @Test("names that are too long for their axis are turned, and still do not touch")
  func turned() {
    for (count, shown) in [(3, 3), (21, 11), (60, 15)] {
      let names = (1...count).map { "conv\($0)_1 activation" }
      let chart = LineChart(
        x: .names(names), y: .linear([0, 1]), xTitle: "layer", yTitle: "value", series: [])
      let figure = ChartFrame(title: "t", width: 500)
        .figure([.init(height: 300) { chart.marks(in: $0) }])
      #expect(figure.textFlaws == [])
      let degrees = figure.labels.filter { names.contains($0.text) }.map(\.degrees)
      #expect(degrees == Array(repeating: count == 3 ? 0 : -45, count: shown))
    }
  }

  @Test("a line is broken where a value is missing")
  func gap() {
    let points = [1.0, 2, nil, 4, 5].enumerated().map {
      LineChart.Point(x: Double($0.offset), y: $0.element, tooltip: "p\($0.offset)")
    }
    let chart = LineChart(
      x: Axis(first: 0, last: 4, ticks: []), y: Axis(first: 0, last: 5, ticks: []),
      series: [.init(name: "s", points: points, paint: .series(0))])
    let marks = chart.marks(in: box)
    let lines = marks.compactMap { mark -> [CanvasPoint]? in
      guard case .line(let points, let stroke) = mark, stroke.paint == .series(0) else {
        return nil
      }
      return points
    }
    #expect(lines.map(\.count) == [2, 2])
    #expect(lines[0][1].x == 10 + 378 / 4.0 && abs(lines[0][1].y - (300 - 294 * 2 / 5.0)) < 1e-9)
    let figure = ChartFrame(title: "t").figure([.init(height: 300) { _ in marks }])
    #expect(figure.tooltips == ["p0", "p1", "p3", "p4"])
  }

  @Test("a band runs along the upper ends and back along the lower ones")
  func band() throws {
    let points = [0.0, 4].map {
      LineChart.Point(x: $0, y: 2, low: 1, high: 3, tooltip: "")
    }
    let chart = LineChart(
      x: Axis(first: 0, last: 4, ticks: []), y: Axis(first: 0, last: 4, ticks: []),
      series: [.init(name: "s", points: points, paint: .series(0), interval: .band)])
    let polygons = chart.marks(in: box).compactMap { mark -> [CanvasPoint]? in
      guard case .polygon(let points, .series(0), let opacity) = mark, opacity < 1 else {
        return nil
      }
      return points
    }
    let upper = 300 - 294 * 0.75
    let lower = 300 - 294 * 0.25
    let corners = [(10.0, upper), (388, upper), (388, lower), (10, lower)]
    #expect(polygons == [corners.map { CanvasPoint(x: $0.0, y: $0.1) }])
  }

  @Test("an interval beyond the axis ends in an arrow, a value that is not defined in nothing")
  func arrows() {
    let points = [
      DotPlot.Point(value: 2, low: 0.001, high: 50, tooltip: "both"),
      DotPlot.Point(value: nil, tooltip: "none"), DotPlot.Point(value: 0, tooltip: "zero"),
    ]
    let plot = ForestPlot(
      rows: ["a", "b", "c"], xTitle: "ratio", points: points,
      columns: [.init(title: "n", texts: ["1", "2", "3"])], bounds: 0.1...10)
    let figure = ChartFrame(title: "t").figure([.init(height: plot.height) { plot.marks(in: $0) }])
    #expect(figure.tooltips == ["both", "zero"])
    #expect(figure.textFlaws == [])
    let counts = figure.marks.compactMap { mark -> Int? in
      guard case .group(let marks, _) = mark else { return nil }
      return marks.filter { if case .polygon = $0 { true } else { false } }.count
    }
    // Two tips and the square; one tip.
    #expect(counts == [3, 1])
  }

  @Test("numbers stand in every cell of a heat map, smaller where it is narrow, or in none")
  func numberSizes() {
    for (count, size) in [(4, 10.5), (23, 9.5), (34, nil)] as [(Int, Double?)] {
      let names = (1...count).map { "c\($0)" }
      let cells = names.indices.map { HeatMap.Cell(value: $0 == 1 ? -0.25 : 0.5, tooltip: "") }
      let map = HeatMap(
        rows: ["contempt"], columns: names, cells: [cells], scale: .signed(limit: 0.5),
        format: .narrow(2), scaleTitle: "Δ", hasColourBar: false)
      let figure = ChartFrame(title: "t").figure([
        .init(height: map.height(width: 688)) { map.marks(in: $0) }
      ])
      let numbers = figure.labels.filter { [".50", "−.25"].contains($0.text) }
      #expect(numbers.map(\.size) == (size.map { Array(repeating: $0, count: count) } ?? []))
      #expect(figure.textFlaws == [])
    }
  }

  @Test("a heat map writes values and signs, strikes out what is missing, and frames")
  func heatMap() {
    let cell = HeatMap.Cell(value: -0.25, hasDot: true, isFramed: true, tooltip: "AU1, conv1")
    let map = HeatMap(
      rows: ["AU1", "AU2"], columns: ["conv1", "conv2"], cells: [[cell, nil], [nil, nil]],
      scale: .signed(limit: 0.5), format: .decimals(2), scaleTitle: "Δ")
    let figure = ChartFrame(title: "t").figure([
      .init(height: map.height(width: 688)) { map.marks(in: $0) }
    ])
    let texts = figure.labels.map(\.text)
    #expect(texts == ["t", "conv1", "conv2", "AU1", "AU2", "−0.25", "−0.50", "0.00", "0.50", "Δ"])
    #expect(figure.tooltips.filter { $0 == "no value" }.count == 3)
    #expect(figure.textFlaws == [])
    #expect(figure.dots == 1)
    let frames = figure.marks.filter {
      if case .box(_, nil, let stroke?) = $0 { stroke.paint == .ink } else { false }
    }
    #expect(frames.count == 1)
  }

  @Test("a heat map of many long columns keeps its names apart and on the paper")
  func crowdedHeatMap() {
    let columns = (1...34).map { "features.\($0).conv" }
    let map = HeatMap(
      rows: (1...19).map { "AU\($0)" }, columns: columns,
      cells: (1...19).map { _ in
        columns.map { HeatMap.Cell(value: 0.123, hasDot: true, tooltip: $0) }
      }, scale: .sequential(0, 1), format: .decimals(2), scaleTitle: "IoU")
    let figure = ChartFrame(title: "t").figure([
      .init(height: map.height(width: 688)) { map.marks(in: $0) }
    ])
    #expect(figure.textFlaws == [])
    #expect(figure.labels.filter { columns.contains($0.text) }.count == 34)
    // No room for numbers: dots alone.
    #expect(figure.dots == 19 * 34)
    #expect(!figure.labels.contains { $0.text.contains("0.12") })
  }

  @Test("a legend breaks into lines, and shortens what is longer than one")
  func legend() {
    let long = String(repeating: "long-name-", count: 20)
    let entries = (1...9).map { LegendEntry("emotion-after-pain-b\($0)", .cell(.series($0))) }
    let frame = ChartFrame(
      title: long, legend: entries + [LegendEntry(long, .marker(.circle, .ink))],
      caption: ["One sentence.", "And another one that is quite long, " + long], width: 480)
    let figure = frame.figure([])
    #expect(figure.labels.contains { $0.text.contains("…") })
    #expect(figure.labels.filter { $0.text.hasPrefix("emotion") }.count == 9)
    let shown = figure.labels.filter { $0.text != long }
    #expect(shown.count == figure.labels.count - 2)
    #expect(
      Figure(
        width: figure.width, height: figure.height, title: "", summary: "",
        marks: shown.map { .text($0) }
      ).textFlaws == [])
  }
}
