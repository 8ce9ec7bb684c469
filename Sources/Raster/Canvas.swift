internal import CCairo

/// A point on a canvas: pixels from the left and from the top.
public struct CanvasPoint: Sendable, Equatable {
  /// Pixels from the left.
  public let x: Double
  /// Pixels from the top.
  public let y: Double

  /// A point of its coordinates.
  public init(x: Double, y: Double) {
    self.x = x
    self.y = y
  }
}

/// A surface to draw contact sheets and plots on, by cairo.
///
/// Coordinates are units from the upper left corner, pixels unless the canvas has a scale; a line of
/// width 1 is sharp at half pixels.
public final class Canvas {
  /// Pixels a row.
  public let width: Int
  /// Rows.
  public let height: Int
  let context: OpaquePointer
  private let surface: OpaquePointer

  /// A canvas of the given size in units, each `scale` pixels wide and high.
  ///
  /// Lengths, lines and type grow with the scale, 2 for a retina screen. Text keeps the proportions of
  /// its font at every scale. Pictures are placed in pixels whatever the scale.
  ///
  /// - Precondition: The size in pixels is in 1…32,767, cairo's limit.
  public convenience init(
    width: Double, height: Double, scale: Double, background: Colour = .white
  ) {
    self.init(
      width: Int((width * scale).rounded()), height: Int((height * scale).rounded()),
      background: background)
    cairo_scale(context, scale, scale)
    let options = cairo_font_options_create()
    cairo_font_options_set_hint_metrics(options, CAIRO_HINT_METRICS_OFF)
    cairo_font_options_set_hint_style(options, CAIRO_HINT_STYLE_NONE)
    cairo_set_font_options(context, options)
    cairo_font_options_destroy(options)
  }

  /// A canvas of one colour.
  ///
  /// - Precondition: Both sides are in 1…32,767, cairo's limit.
  public init(width: Int, height: Int, background: Colour = .white) {
    precondition((1...32_767).contains(width) && (1...32_767).contains(height), "canvas size")
    self.width = width
    self.height = height
    let surface = cairo_image_surface_create(CAIRO_FORMAT_RGB24, Int32(width), Int32(height))
    guard let surface, cairo_surface_status(surface) == CAIRO_STATUS_SUCCESS,
      let context = cairo_create(surface)
    else { fatalError("cairo has no memory for a canvas of \(width) × \(height)") }
    self.surface = surface
    self.context = context
    fill(background)
  }

  deinit {
    cairo_destroy(context)
    cairo_surface_destroy(surface)
  }

  /// Covers the whole canvas.
  public func fill(_ colour: Colour) {
    use(colour)
    cairo_paint(context)
  }

  /// Fills a rectangle.
  public func fillRectangle(x: Double, y: Double, width: Double, height: Double, _ colour: Colour) {
    use(colour)
    cairo_rectangle(context, x, y, width, height)
    cairo_fill(context)
  }

  /// Draws what `body` draws, of it only what lies in a rectangle.
  public func clipped(x: Double, y: Double, width: Double, height: Double, _ body: () -> Void) {
    cairo_save(context)
    cairo_rectangle(context, x, y, width, height)
    cairo_clip(context)
    body()
    cairo_restore(context)
  }

  /// Draws the outline of a rectangle.
  public func strokeRectangle(
    x: Double, y: Double, width: Double, height: Double, _ colour: Colour, lineWidth: Double = 1
  ) {
    use(colour)
    cairo_set_line_width(context, lineWidth)
    cairo_rectangle(context, x, y, width, height)
    cairo_stroke(context)
  }

  /// Draws a line.
  public func line(from: CanvasPoint, to: CanvasPoint, _ colour: Colour, lineWidth: Double = 1) {
    polyline([from, to], colour, lineWidth: lineWidth)
  }

  /// Draws a line through points, closed to a polygon if asked; fewer than two points draw nothing.
  ///
  /// `dash` are lengths of dashes and gaps, taken in turn; none for a whole line.
  public func polyline(
    _ points: [CanvasPoint], closed: Bool = false, _ colour: Colour, lineWidth: Double = 1,
    dash: [Double] = []
  ) {
    guard trace(points, closed: closed) else { return }
    use(colour)
    cairo_set_line_width(context, lineWidth)
    cairo_set_line_join(context, CAIRO_LINE_JOIN_ROUND)
    cairo_set_dash(context, dash, Int32(dash.count), 0)
    cairo_stroke(context)
    cairo_set_dash(context, nil, 0, 0)
  }

  /// Fills a polygon; fewer than two points fill nothing.
  public func fillPolygon(_ points: [CanvasPoint], _ colour: Colour) {
    guard trace(points, closed: true) else { return }
    use(colour)
    cairo_fill(context)
  }

  /// Fills a circle.
  public func fillCircle(at centre: CanvasPoint, radius: Double, _ colour: Colour) {
    use(colour)
    cairo_new_path(context)
    cairo_arc(context, centre.x, centre.y, radius, 0, 2 * Double.pi)
    cairo_fill(context)
  }

  /// Draws the outline of a circle.
  public func strokeCircle(
    at centre: CanvasPoint, radius: Double, _ colour: Colour, lineWidth: Double = 1
  ) {
    use(colour)
    cairo_set_line_width(context, lineWidth)
    cairo_new_path(context)
    cairo_arc(context, centre.x, centre.y, radius, 0, 2 * Double.pi)
    cairo_stroke(context)
  }

  /// Places a picture with its upper left corner at a pixel, enlarged by a whole number.
  public func place(_ picture: Picture, x: Int, y: Int, scale: Int = 1) {
    place(picture, x: x, y: y, width: picture.width * scale, height: picture.height * scale)
  }

  /// Places a picture into a rectangle of whole pixels; what leaves the canvas is cut off.
  ///
  /// Whole-number enlargements keep the picture's pixels sharp; other sizes are filtered.
  public func place(_ picture: Picture, x: Int, y: Int, width: Int, height: Int) {
    guard width > 0, height > 0, picture.width > 0, picture.height > 0 else { return }
    let sharp = width % picture.width == 0 && height % picture.height == 0
    let scaled = picture.resized(
      width: width, height: height, filter: sharp ? .nearest : .bilinear)
    cairo_surface_flush(surface)
    guard let data = cairo_image_surface_get_data(surface) else { return }
    let stride = Int(cairo_image_surface_get_stride(surface))
    for row in max(0, -y)..<max(max(0, -y), min(height, self.height - y)) {
      let line = UnsafeMutableRawPointer(data + (y + row) * stride)
      for column in max(0, -x)..<max(max(0, -x), min(width, self.width - x)) {
        let at = (row * width + column) * scaled.channels
        let (red, green, blue) =
          scaled.channels == 3
          ? (scaled.pixels[at], scaled.pixels[at + 1], scaled.pixels[at + 2])
          : (scaled.pixels[at], scaled.pixels[at], scaled.pixels[at])
        line.storeBytes(
          of: 0xff00_0000 | UInt32(red) << 16 | UInt32(green) << 8 | UInt32(blue),
          toByteOffset: (x + column) * 4, as: UInt32.self)
      }
    }
    cairo_surface_mark_dirty(surface)
  }

  /// What is drawn so far, three channels.
  public func picture() -> Picture {
    cairo_surface_flush(surface)
    var pixels = [UInt8](repeating: 0, count: width * height * 3)
    let stride = Int(cairo_image_surface_get_stride(surface))
    if let data = cairo_image_surface_get_data(surface) {
      for y in 0..<height {
        let line = UnsafeRawPointer(data + y * stride)
        for x in 0..<width {
          let pixel = line.load(fromByteOffset: x * 4, as: UInt32.self)
          let at = (y * width + x) * 3
          pixels[at] = UInt8(truncatingIfNeeded: pixel >> 16)
          pixels[at + 1] = UInt8(truncatingIfNeeded: pixel >> 8)
          pixels[at + 2] = UInt8(truncatingIfNeeded: pixel)
        }
      }
    }
    return Picture(width: width, height: height, channels: 3, pixels: pixels)
  }

  func use(_ colour: Colour) {
    cairo_set_source_rgba(context, colour.red, colour.green, colour.blue, colour.alpha)
  }

  private func trace(_ points: [CanvasPoint], closed: Bool) -> Bool {
    guard points.count > 1 else { return false }
    cairo_new_path(context)
    for point in points { cairo_line_to(context, point.x, point.y) }
    if closed { cairo_close_path(context) }
    return true
  }
}
