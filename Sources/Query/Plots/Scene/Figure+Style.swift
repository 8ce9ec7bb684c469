extension Figure {
  /// The families that text is set in; widths are reckoned for the widest of them, DejaVu Sans.
  static let fontFamily =
    "system-ui, -apple-system, 'Segoe UI', Roboto, 'Helvetica Neue', Arial, 'DejaVu Sans', sans-serif"

  /// The style sheet of every figure.
  ///
  /// Colours are custom properties with the values for white paper: a page restyles all figures by
  /// `--plot-paper`, `--plot-ink`, `--plot-muted`, `--plot-faint` and `--plot-s1` … `--plot-s7`.
  public static let styleSheet: String = {
    var rules = [
      ".lethe-plot { max-width: 100%; height: auto; font-variant-numeric: tabular-nums; }",
      ".lethe-plot polyline, .lethe-plot line { stroke-linejoin: round; }",
    ]
    for paint in Paint.roles {
      guard let name = paint.name else { continue }
      let value = "var(--plot-\(name), \(Paint.hex(paint.lightColour)))"
      rules.append(".lethe-plot .f-\(name) { fill: \(value); }")
      rules.append(".lethe-plot .l-\(name) { stroke: \(value); }")
    }
    return rules.joined(separator: "\n") + "\n"
  }()
}
