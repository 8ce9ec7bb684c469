internal import Raster

/// What stands around the plot areas of a figure: title, legend, caption.
struct ChartFrame: Sendable {
  /// A part of the figure below the legend.
  struct Block {
    var heading: String?
    var legend: [LegendEntry]
    var height: Double
    var draw: (Box) -> [Mark]

    init(
      _ heading: String? = nil, legend: [LegendEntry] = [], height: Double,
      draw: @escaping (Box) -> [Mark]
    ) {
      self.heading = heading
      self.legend = legend
      self.height = height
      self.draw = draw
    }
  }

  static let padding = 16.0
  static let headingSize = 13.0

  var title: String
  var subtitle = ""
  var legend: [LegendEntry] = []
  /// Sentences: the data, what bars and signs mean.
  var caption: [String] = []
  var width = 720.0

  /// The width between the paddings.
  var innerWidth: Double { width - 2 * ChartFrame.padding }

  /// Lays out the texts and the blocks, one below the other.
  func figure(_ blocks: [Block]) -> Figure {
    var marks: [Mark] = []
    var y = ChartFrame.padding
    add(title, size: 16, isBold: true, paint: .ink, lineHeight: 22, at: &y, to: &marks)
    add(subtitle, size: 12.5, paint: .muted, lineHeight: 18, at: &y, to: &marks)
    add(legend, at: &y, to: &marks)
    for block in blocks {
      y += 8
      if let heading = block.heading {
        y += 4
        add(
          heading, size: ChartFrame.headingSize, isBold: true, paint: .ink, lineHeight: 20, at: &y,
          to: &marks)
      }
      add(block.legend, at: &y, to: &marks)
      if !block.legend.isEmpty { y += 6 }
      marks += block.draw(
        Box(x: ChartFrame.padding, y: y, width: innerWidth, height: block.height))
      y += block.height
    }
    if !caption.isEmpty { y += 8 }
    let sentences = caption.joined(separator: " ")
    add(sentences, size: 11, paint: .muted, lineHeight: 15.5, at: &y, to: &marks)
    return Figure(
      width: width, height: (y + ChartFrame.padding - 4).rounded(.up), title: title,
      summary: ([subtitle] + caption).filter { !$0.isEmpty }.joined(separator: " "), marks: marks)
  }

  private func add(_ entries: [LegendEntry], at y: inout Double, to marks: inout [Mark]) {
    guard !entries.isEmpty else { return }
    let legend = Legend(entries, width: innerWidth)
    marks += legend.marks(x: ChartFrame.padding, y: y + 4)
    y += legend.height + 4
  }

  private func add(
    _ text: String, size: Double, isBold: Bool = false, paint: Paint, lineHeight: Double,
    at y: inout Double, to marks: inout [Mark]
  ) {
    for line in TextMeasure.lines(text, size: size, isBold: isBold, width: innerWidth) {
      y += lineHeight
      let point = CanvasPoint(x: ChartFrame.padding, y: y - lineHeight + size)
      marks.append(
        .text(Label(text: line, at: point, size: size, isBold: isBold, paint: paint)))
    }
  }
}
