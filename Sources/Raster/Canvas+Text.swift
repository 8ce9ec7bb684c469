internal import CCairo

/// How a text is set.
public struct TextStyle: Sendable, Equatable {
  /// The family, looked up among the installed fonts.
  public var family: String
  /// Height of the em square, in pixels.
  public var size: Double
  /// Whether it is bold.
  public var bold: Bool
  /// Its colour.
  public var colour: Colour

  /// A style of DejaVu Sans unless another family is named.
  public init(
    size: Double = 12, bold: Bool = false, colour: Colour = .black, family: String = "DejaVu Sans"
  ) {
    self.size = size
    self.bold = bold
    self.colour = colour
    self.family = family
  }
}

/// Which part of a text's baseline stands at the given point.
public enum TextAnchor: Sendable {
  /// The text begins there.
  case start
  /// The text's middle is there.
  case middle
  /// The text ends there.
  case end
}

extension Canvas {
  /// Writes a line of text whose baseline runs through a point, turned clockwise by `degrees`.
  public func text(
    _ text: String, at point: CanvasPoint, _ style: TextStyle = TextStyle(),
    anchor: TextAnchor = .start, degrees: Double = 0
  ) {
    let length = measure(text, style)
    let share =
      switch anchor {
      case .start: 0.0
      case .middle: 0.5
      case .end: 1.0
      }
    use(style.colour)
    cairo_save(context)
    cairo_translate(context, point.x, point.y)
    cairo_rotate(context, degrees * Double.pi / 180)
    cairo_move_to(context, -length * share, 0)
    cairo_show_text(context, text)
    cairo_restore(context)
    cairo_new_path(context)
  }

  /// The length of a line of text, in pixels.
  public func measure(_ text: String, _ style: TextStyle = TextStyle()) -> Double {
    cairo_select_font_face(
      context, style.family, CAIRO_FONT_SLANT_NORMAL,
      style.bold ? CAIRO_FONT_WEIGHT_BOLD : CAIRO_FONT_WEIGHT_NORMAL)
    cairo_set_font_size(context, style.size)
    var extents = cairo_text_extents_t()
    cairo_text_extents(context, text, &extents)
    return extents.x_advance
  }
}
