import Foundation
import Raster
import Testing

@testable import Query

@Suite("Figures as SVG and PNG")
struct SVGTests {
  private let nasty = "a<b> & \"c\" 'd' ]]> é … \u{1}\u{0}"
  private let read = "a<b> & \"c\" 'd' ]]> é … \u{fffd}\u{fffd}"

  private var figure: Figure {
    Figure(
      width: 200, height: 120.5, title: nasty, summary: nasty,
      marks: [
        .box(
          Box(x: 10, y: 20, width: 50, height: 30), fill: .series(0), stroke: Stroke(.ink, width: 2)
        ),
        .box(Box(x: 100, y: 20, width: 50, height: 30), fill: .fixed(0x123456)),
        .group(
          [
            .text(
              Label(text: nasty, at: CanvasPoint(x: 100, y: 100), anchor: .middle, degrees: -45))
          ], tooltip: nasty),
        .line([0, 10, 20].map { CanvasPoint(x: $0, y: $0) }, Stroke(.muted, dash: [4, 2.5])),
        .circle(CanvasPoint(x: 180, y: 100), radius: 5, fill: .series(8)),
      ])
  }

  @Test("a file is well-formed, and its texts are what they were")
  func escaping() throws {
    let root = try parsed(figure)
    #expect(root.name == "svg" && root.attributes["viewBox"] == "0 0 200 120.5")
    #expect(root.attributes["role"] == "img" && root.attributes["aria-label"] == read)
    #expect(root.children.first?.name == "title" && root.children.first?.text == read)
    #expect(root.all("desc").map(\.text) == [read])
    #expect(root.all("text").map(\.text) == [read])
    #expect(root.all("g").first?.children.first?.text == read)
  }

  @Test("shapes carry their place, their colour on paper and their role")
  func shapes() throws {
    let root = try parsed(figure)
    let boxes = root.all("rect")
    #expect(boxes[0].attributes["class"] == "f-paper" && boxes[0].attributes["width"] == "200")
    #expect(boxes[1].attributes["class"] == "f-s1 l-ink")
    #expect(boxes[1].attributes["fill"] == "#0072b2" && boxes[1].attributes["stroke-width"] == "2")
    #expect(boxes[2].attributes["fill"] == "#123456" && boxes[2].attributes["class"] == nil)
    let line = try #require(root.all("polyline").first)
    #expect(line.attributes["points"] == "0,0 10,10 20,20")
    #expect(line.attributes["stroke-dasharray"] == "4 2.5" && line.attributes["fill"] == "none")
    #expect(root.all("circle").first?.attributes["class"] == "f-s2")
    let text = try #require(root.all("text").first)
    #expect(text.attributes["transform"] == "rotate(-45 100 100)")
    #expect(text.attributes["text-anchor"] == "middle")
  }

  @Test("the style sheet names every role that shapes use, with its colour on paper")
  func styleSheet() throws {
    let style = try #require(parsed(figure).all("style").first?.text)
    for paint in Paint.roles {
      let name = try #require(paint.name)
      let value = "var(--plot-\(name), \(Paint.hex(paint.lightColour)))"
      #expect(style.contains(".lethe-plot .f-\(name) { fill: \(value); }"))
      #expect(style.contains(".lethe-plot .l-\(name) { stroke: \(value); }"))
    }
    #expect(!style.contains("http"))
  }

  @Test("an element for a page has no style of its own, and loads nothing")
  func element() {
    let element = figure.svgElement()
    #expect(element.hasPrefix("<svg class=\"lethe-plot\""))
    #expect(!element.contains("<style") && !element.contains("href") && !element.contains("<?xml"))
    #expect(!element.contains("script"))
  }

  @Test("equal figures give equal bytes")
  func deterministic() {
    #expect(figure.svgFile() == figure.svgFile())
    #expect(figure.pngFile(scale: 1) == figure.pngFile(scale: 1))
  }

  @Test("lengths have two decimals at most")
  func numbers() {
    let cases: [(Double, String)] = [
      (0, "0"), (-0.001, "0"), (1.005, "1"), (2.5, "2.5"), (-3.07, "-3.07"),
      (1e6 + 0.1, "1000000.1"),
    ]
    for (value, text) in cases { #expect(XMLText.number(value) == text) }
  }

  @Test("a PNG has the figure's size times the scale, and its colours in place")
  func png() throws {
    for scale in [1.0, 2, 3] {
      let picture = try Picture.decode(figure.pngFile(scale: scale), name: "figure")
      #expect(picture.width == Int(200 * scale))
      #expect(picture.height == Int((120.5 * scale).rounded()))
      let pixel = { (x: Double, y: Double) in
        let at = (Int(y * scale) * picture.width + Int(x * scale)) * 3
        return Array(picture.pixels[at..<at + 3])
      }
      #expect(pixel(30, 30) == [0x00, 0x72, 0xb2])
      #expect(pixel(120, 30) == [0x12, 0x34, 0x56])
      #expect(pixel(180, 100) == [0xd5, 0x5e, 0x00])
      #expect(pixel(195, 5) == [255, 255, 255])
    }
  }

  @Test("a scale that would be too large for a picture is lowered")
  func largeScale() {
    let wide = Figure(width: 9_000, height: 20, title: "", summary: "", marks: [])
    #expect(wide.canvas(scale: 8).width == 32_767)
  }

  @Test("texts are never longer than their width in the table")
  func measure() {
    let canvas = Canvas(width: 10, height: 10, scale: 1)
    let texts = ["emotion-after-pain-b1", "AU12 (n = 480)", "−0.12 … 95% Δ", "Häufigkeit, été"]
    for text in texts {
      for isBold in [false, true] {
        let real = canvas.measure(text, TextStyle(size: 13, bold: isBold))
        let table = TextMeasure.width(text, size: 13, isBold: isBold)
        #expect(real <= table + 0.2, "\(text)")
        #expect(table <= real * 1.15, "\(text)")
      }
    }
  }

  @Test("long texts are broken or cut to a width")
  func breaking() {
    let lines = TextMeasure.lines("one two three four five six", size: 12, width: 80)
    #expect(lines.joined(separator: " ") == "one two three four five six" && lines.count > 1)
    #expect(lines.allSatisfy { TextMeasure.width($0, size: 12) <= 80 })
    let short = TextMeasure.shortened("emotion-after-pain-b1.s2", size: 12, width: 90)
    #expect(TextMeasure.width(short, size: 12) <= 90)
    #expect(short.hasPrefix("emo") && short.hasSuffix("b1.s2") && short.contains("…"))
    #expect(TextMeasure.shortened("b1", size: 12, width: 90) == "b1")
  }
}
