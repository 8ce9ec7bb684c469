internal import Raster

extension HeatMap {
  /// The colours with the values that they stand for.
  func colourBar(x: Double, y: Double) -> [Mark] {
    let (width, height, steps) = (180.0, 10.0, 60)
    // Each step reaches to the end, so that no seam shows between them.
    var marks: [Mark] = (0..<steps).map { step in
      let start = Double(step) / Double(steps)
      let colour = scale.map.colour((Double(step) + 0.5) / Double(steps))
      return .box(
        Box(x: x + start * width, y: y, width: width * (1 - start), height: height),
        fill: .fixed(colour))
    }
    let axis = Axis(
      first: scale.low, last: scale.high,
      ticks: [scale.low, (scale.low + scale.high) / 2, scale.high]
        .map { Tick(value: $0, text: format.text($0)) })
    for (index, tick) in axis.ticks.enumerated() {
      let at = x + axis.fraction(tick.value) * width
      marks.append(.line(at, y + height, at, y + height + 3, Stroke(.muted)))
      let point = CanvasPoint(x: at, y: y + height + 15)
      marks.append(
        .text(
          Label(
            text: tick.text, at: point, size: 10.5, paint: .muted,
            anchor: [.start, .middle, .end][index])))
    }
    let title = Label.centred(
      scaleTitle, x: x + width + 10, y: y + height / 2, size: 11, paint: .muted, anchor: .start)
    return marks + [.text(title)]
  }
}
