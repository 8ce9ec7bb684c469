internal import Raster

/// A drawing of plain shapes, from which SVG and PNG are written.
///
/// Lengths are CSS pixels, from the upper left corner.
public struct Figure: Sendable, Equatable {
  /// Width in CSS pixels.
  public let width: Double
  /// Height in CSS pixels.
  public let height: Double
  /// What the figure shows, in a few words: its accessible name.
  public let title: String
  /// What the figure shows, in sentences, for those who cannot see it.
  public let summary: String
  /// The shapes, the lowest first; the paper below them is not among them.
  let marks: [Mark]
}

extension Figure {
  /// The figure as an SVG document of its own, with its style sheet: equal figures give equal bytes.
  public func svgFile() -> [UInt8] { Array(SVGWriter(self).file().utf8) }

  /// The figure as an `svg` element for an HTML page, which must hold `Figure.styleSheet` once.
  public func svgElement() -> String { SVGWriter(self).element() }

  /// The figure as a PNG file: equal figures give equal bytes where the same font is installed.
  ///
  /// - Parameter scale: Pixels a CSS pixel, 2 for a retina screen; less is taken where a side would
  ///   be beyond 32,767 pixels.
  /// - Returns: The bytes of the file.
  public func pngFile(scale: Double = 2) -> [UInt8] {
    canvas(scale: scale).picture().pngData()
  }
}
