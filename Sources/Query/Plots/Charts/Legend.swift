internal import Raster

/// What a colour, a line or a sign of a chart means.
struct LegendEntry: Sendable, Equatable {
  /// The sign beside the text.
  enum Sign: Sendable, Equatable {
    case line(Stroke, Marker?)
    case marker(Marker, Paint)
    case cell(Paint)
  }

  var text: String
  var sign: Sign

  init(_ text: String, _ sign: Sign) {
    self.text = text
    self.sign = sign
  }
}

/// The entries of a legend in lines.
struct Legend: Sendable, Equatable {
  static let size = 12.0
  private static let lineHeight = 20.0
  private static let signWidth = 24.0
  private static let gap = 18.0

  private var places: [(entry: LegendEntry, x: Double, line: Int)] = []

  /// Breaks entries into lines no longer than `width`.
  init(_ entries: [LegendEntry], width: Double) {
    var x = 0.0
    var line = 0
    for entry in entries {
      let room = width - Legend.signWidth - 6
      let text = TextMeasure.shortened(entry.text, size: Legend.size, width: room)
      let length = Legend.signWidth + 6 + TextMeasure.width(text, size: Legend.size)
      if x > 0, x + length > width { (x, line) = (0, line + 1) }
      places.append((LegendEntry(text, entry.sign), x, line))
      x += length + Legend.gap
    }
  }

  var height: Double { places.last.map { Double($0.line + 1) * Legend.lineHeight } ?? 0 }

  func marks(x: Double, y: Double) -> [Mark] {
    places.flatMap { place in
      let middle = y + (Double(place.line) + 0.5) * Legend.lineHeight
      let left = x + place.x
      let centre = CanvasPoint(x: left + Legend.signWidth / 2, y: middle)
      var marks: [Mark]
      switch place.entry.sign {
      case .line(let stroke, let marker):
        marks = [.line(left, middle, left + Legend.signWidth, middle, stroke)]
        if let marker { marks.append(marker.mark(at: centre, stroke.paint)) }
      case .marker(let marker, let paint):
        marks = [marker.mark(at: centre, paint)]
      case .cell(let paint):
        let box = Box(x: left + 5, y: middle - 6, width: Legend.signWidth - 8, height: 12)
        marks = [.box(box, fill: paint, stroke: Stroke(.muted, width: 0.5))]
      }
      let text = Label.centred(
        place.entry.text, x: left + Legend.signWidth + 6, y: middle, size: Legend.size,
        anchor: .start)
      return marks + [.text(text)]
    }
  }

  static func == (a: Legend, b: Legend) -> Bool {
    a.places.map(\.entry) == b.places.map(\.entry) && a.places.map(\.line) == b.places.map(\.line)
  }
}
