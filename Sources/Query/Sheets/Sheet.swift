import Foundation
internal import Raster
internal import Warehouse

/// A contact sheet, drawn.
struct Sheet {
  let question: SheetQuestion
  let scope: String
  let rows: [SheetRow]
  let all: Int
  let before: [Int64: [Float]]
  let after: [Int64: [Float]]
  let inputs: StoredBytes
  let masks: UnitMasks

  private static let cell = 128.0
  private static let gap = 10.0
  private static let margin = 20.0
  private static let words = 250.0
  private static let top = 104.0
  private static let ink = Colour(0x1d2329)
  private static let soft = Colour(0x59626c)
  /// Okabe & Ito (2008), without black and yellow: told apart by the colour-blind, seen on skin.
  private static let outlines: [UInt32] = [
    0x56b4e9, 0xe69f00, 0x009e73, 0xcc79a7, 0xd55e00, 0x0072b2,
  ]

  private var side: Int { inputs.rowShape.first ?? 1 }
  private var pixels: Int { side * side }

  /// The sheet as a picture.
  func draw() -> Picture {
    let width = Sheet.margin * 2 + 3 * (Sheet.cell + Sheet.gap) + Sheet.words
    let height = Sheet.top + Double(rows.count + 1) * (Sheet.cell + Sheet.gap) + 30
    let scale = Double(question.scale)
    let canvas = Canvas(width: width, height: height, scale: scale, background: Colour(0xfcfbf8))
    let limit = HeatMaps.limit(
      of: rows.flatMap { [before[$0.sample.id] ?? [], after[$0.sample.id] ?? []] })
    head(canvas, width: width, limit: limit)
    for (index, row) in rows.enumerated() {
      let y = Sheet.top + Double(index) * (Sheet.cell + Sheet.gap)
      let bytes = Array(inputs.values[index * pixels * 3..<(index + 1) * pixels * 3])
      place(canvas, picture(bytes), column: 0, y: y)
      outline(canvas, row, y: y)
      place(canvas, heat(before[row.sample.id], limit), column: 1, y: y)
      place(canvas, heat(after[row.sample.id], limit), column: 2, y: y)
      describe(canvas, row, y: y)
    }
    let y = Sheet.top + Double(rows.count) * (Sheet.cell + Sheet.gap)
    place(canvas, picture(meanPicture()), column: 0, y: y)
    let means = [mean(before), mean(after)]
    // Means of many maps are flatter than one map: they have a scale of their own.
    let meanLimit = HeatMaps.limit(of: means)
    for (column, mean) in means.enumerated() {
      place(canvas, heat(mean, meanLimit), column: column + 1, y: y)
    }
    let x = textColumn
    canvas.text(
      "mean of these \(rows.count)", at: CanvasPoint(x: x, y: y + 18), style(14, bold: true))
    canvas.text(
      "full colour: ±\(share(meanLimit)) of the relevance a pixel",
      at: CanvasPoint(x: x, y: y + 38), style(11, Sheet.soft))
    return canvas.picture()
  }

  private var textColumn: Double { Sheet.margin + 3 * (Sheet.cell + Sheet.gap) + 4 }

  private func head(_ canvas: Canvas, width: Double, limit: Float) {
    let outcome = question.outcome?.rawValue ?? "all"
    canvas.text(
      "\(question.before) → \(question.after): \(rows.count) of \(all) \(outcome)",
      at: CanvasPoint(x: Sheet.margin, y: 32), style(18, bold: true))
    canvas.text(
      "\(scope) · \(question.method.composite), target \(question.method.target), biases "
        + "\(question.method.bias == "keep" ? "kept" : "left out")",
      at: CanvasPoint(x: Sheet.margin, y: 52), style(11.5, Sheet.soft))
    for (column, name) in ["picture", question.before, question.after].enumerated() {
      let x = Sheet.margin + Double(column) * (Sheet.cell + Sheet.gap)
      canvas.text(
        fitted(canvas, name, style(12, bold: true), Sheet.cell),
        at: CanvasPoint(x: x, y: Sheet.top - 10),
        style(12, bold: true))
    }
    // The colour bar stands over the words.
    let x = textColumn
    for step in 0..<120 {
      let colour = ColourMap.vik.colour((Double(step) + 0.5) / 120)
      canvas.fillRectangle(
        x: x + Double(step), y: Sheet.top - 34, width: 1.5, height: 9, Colour(colour))
    }
    canvas.text("against", at: CanvasPoint(x: x, y: Sheet.top - 39), style(10.5, Sheet.soft))
    canvas.text(
      "for", at: CanvasPoint(x: x + 120, y: Sheet.top - 39), style(10.5, Sheet.soft), anchor: .end)
    canvas.text(
      "±\(share(limit)) of the relevance a pixel, both maps",
      at: CanvasPoint(x: x, y: Sheet.top - 12), style(10.5, Sheet.soft))
  }

  private func describe(_ canvas: Canvas, _ row: SheetRow, y: Double) {
    let x = textColumn
    func write(_ text: String, _ offset: Double, _ style: TextStyle) {
      canvas.text(
        fitted(canvas, text, style, Sheet.words), at: CanvasPoint(x: x, y: y + offset), style)
    }
    write(row.label, 18, style(14, bold: true))
    write(
      "\(row.sample.predicted ?? "") \(percent(row.confidenceBefore))", 38,
      style(12.5, Colour(0x1c6b48)))
    write(
      "→ \(row.predictedAfter ?? "") \(percent(row.confidenceAfter))", 55,
      style(12.5, row.predictedAfter == row.label ? Colour(0x1c6b48) : Colour(0xa8391f)))
    write("#\(row.sample.id) · \(row.subject)", 78, style(11, Sheet.soft))
    write(row.path, 93, style(11, Sheet.soft))
    var (at, line) = (x, 0.0)
    for (index, au) in row.aus.enumerated() {
      let text = "AU\(au)"
      let width = 11 + canvas.measure(text, style(11))
      if at + width > x + Sheet.words, line == 0 { (at, line) = (x, 15) }
      let colour = Colour(Sheet.outlines[index % Sheet.outlines.count])
      canvas.fillRectangle(x: at, y: y + 102 + line, width: 8, height: 8, colour)
      canvas.text(text, at: CanvasPoint(x: at + 11, y: y + 110 + line), style(11))
      at += width + 8
    }
  }

  private func outline(_ canvas: Canvas, _ row: SheetRow, y: Double) {
    let unit = Sheet.cell / Double(side)
    for (index, au) in row.aus.enumerated() {
      guard let mask = masks.mask(au: au, position: row.sample.position),
        let outline = MaskOutline(mask, side: side)
      else { continue }
      let colour = Colour(Sheet.outlines[index % Sheet.outlines.count])
      for (from, to) in outline.lines {
        canvas.line(
          from: CanvasPoint(x: Sheet.margin + from.x * unit, y: y + from.y * unit),
          to: CanvasPoint(x: Sheet.margin + to.x * unit, y: y + to.y * unit), colour, lineWidth: 1.2
        )
      }
    }
  }

  private func place(_ canvas: Canvas, _ picture: Picture, column: Int, y: Double) {
    let scale = Double(question.scale)
    let x = Sheet.margin + Double(column) * (Sheet.cell + Sheet.gap)
    canvas.place(
      picture, x: Int(x * scale), y: Int(y * scale), width: Int(Sheet.cell * scale),
      height: Int(Sheet.cell * scale))
  }

  private func picture(_ bytes: [UInt8]) -> Picture {
    Picture(width: side, height: side, channels: 3, pixels: bytes)
  }

  private func heat(_ map: [Float]?, _ limit: Float) -> Picture {
    HeatPicture.picture(
      map ?? [Float](repeating: 0, count: pixels), side: side, limit: limit)
  }

  private func mean(_ maps: [Int64: [Float]]) -> [Float] {
    var sum = [Float](repeating: 0, count: pixels)
    for row in rows {
      for (pixel, value) in (maps[row.sample.id] ?? []).enumerated() { sum[pixel] += value }
    }
    return sum.map { $0 / Float(rows.count) }
  }

  private func meanPicture() -> [UInt8] {
    var sum = [Int](repeating: 0, count: pixels * 3)
    for (index, value) in inputs.values.enumerated() { sum[index % sum.count] += Int(value) }
    return sum.map { UInt8(clamping: $0 / max(1, rows.count)) }
  }

  private func style(_ size: Double, _ colour: Colour = Sheet.ink, bold: Bool = false) -> TextStyle
  {
    TextStyle(size: size, bold: bold, colour: colour)
  }

  private func percent(_ share: Double) -> String { "\(Int((share * 100).rounded())) %" }

  private func share(_ value: Float) -> String { String(format: "%.2f %%", Double(value) * 100) }

  /// The text, cut with an ellipsis where it is too long.
  private func fitted(_ canvas: Canvas, _ text: String, _ style: TextStyle, _ width: Double)
    -> String
  {
    guard canvas.measure(text, style) > width else { return text }
    var short = text
    while !short.isEmpty, canvas.measure(short + "…", style) > width { short.removeFirst() }
    return "…" + short
  }
}
