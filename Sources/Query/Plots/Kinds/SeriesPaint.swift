/// The colours of series.
enum SeriesPaint {
  /// A category where there are few; else places of a scale in the order of the series.
  static func of(_ index: Int, among count: Int) -> Paint {
    guard count > Paint.seriesCount else { return .series(index) }
    // The lightest colours of the scale would be lost on paper.
    return .fixed(ColourMap.viridis.colour(Double(index) / Double(max(1, count - 1)) * 0.9))
  }
}
