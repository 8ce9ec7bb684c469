/// A colour by its role, which a page may give other values; or one that stands for a value.
enum Paint: Sendable, Equatable {
  /// What is drawn on.
  case paper
  /// Text and axes.
  case ink
  /// Captions, ticks and what is less important.
  case muted
  /// Grid lines and empty cells.
  case faint
  /// A category, counted from 0.
  case series(Int)
  /// A colour that stands for a value and is the same in every theme: `0xRRGGBB`.
  case fixed(UInt32)

  /// Roles of categories that differ for everyone.
  static let seriesCount = light.series.count

  /// The name in classes and custom properties; nil for a fixed colour.
  var name: String? {
    switch self {
    case .paper: "paper"
    case .ink: "ink"
    case .muted: "muted"
    case .faint: "faint"
    case .series(let index): "s\(index % Paint.seriesCount + 1)"
    case .fixed: nil
    }
  }

  /// The colour on white paper, `0xRRGGBB`.
  var lightColour: UInt32 {
    switch self {
    case .paper: Paint.light.paper
    case .ink: Paint.light.ink
    case .muted: Paint.light.muted
    case .faint: Paint.light.faint
    case .series(let index): Paint.light.series[index % Paint.seriesCount]
    case .fixed(let colour): colour
    }
  }

  /// Every role.
  static let roles: [Paint] =
    [.paper, .ink, .muted, .faint] + light.series.indices.map { .series($0) }

  /// The categories are those of Okabe and Ito (2008, "Color universal design") without their
  /// yellow, which is too light for lines on white; the first two differ most.
  private static let light = (
    paper: UInt32(0xffffff), ink: UInt32(0x1b1f24), muted: UInt32(0x59636e),
    faint: UInt32(0xd9dee3),
    series: [
      UInt32(0x0072b2), 0xd55e00, 0x009e73, 0xcc79a7, 0xe69f00, 0x56b4e9, 0x000000,
    ]
  )

  /// `#RRGGBB`.
  static func hex(_ colour: UInt32) -> String {
    let digits = String(colour & 0xffffff, radix: 16)
    return "#" + String(repeating: "0", count: 6 - digits.count) + digits
  }
}
