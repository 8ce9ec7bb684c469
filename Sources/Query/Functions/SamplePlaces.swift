internal import SQLite

/// Where the samples lie, read a page of ids at a time.
final class SamplePlaces {
  /// A sample and where its rows stand.
  struct Place {
    let sample: Int64
    let dataset: Int64
    let position: Int
  }

  /// Ids of a page.
  private static let shift: Int64 = 8
  /// Pages that are kept, of a million samples.
  private static let mostPages = 4_096

  private let catalogue: Connection
  private var pages: [Int64: [Place]] = [:]

  init(_ catalogue: Connection) { self.catalogue = catalogue }

  /// The samples of a page from an id on, ascending: those of the page that holds the id, or of the
  /// next page that holds any; none behind the last sample.
  func samples(from id: Int64) throws -> ArraySlice<Place> {
    let found = try page(id >> Self.shift)
    if let last = found.last, last.sample >= id { return found[Self.index(of: id, in: found)...] }
    guard
      case .integer(let next) = try catalogue.value("SELECT min(id) FROM sample WHERE id >= ?", id)
    else { return [] }
    return try page(next >> Self.shift)[...]
  }

  /// The sample of an id.
  func sample(_ id: Int64) throws -> Place? {
    let found = try page(id >> Self.shift)
    let index = Self.index(of: id, in: found)
    return index < found.count && found[index].sample == id ? found[index] : nil
  }

  private func page(_ number: Int64) throws -> [Place] {
    if let kept = pages[number] { return kept }
    if pages.count >= Self.mostPages { pages.removeAll() }
    let first = number << Self.shift
    let rows = try catalogue.rows(
      "SELECT id, dataset, position FROM sample WHERE id BETWEEN ? AND ? ORDER BY id", first,
      first | (1 << Self.shift - 1))
    let page = rows.compactMap { row -> Place? in
      guard case .integer(let sample) = row[0], case .integer(let dataset) = row[1],
        let position = row[2].int
      else { return nil }
      return Place(sample: sample, dataset: dataset, position: position)
    }
    pages[number] = page
    return page
  }

  /// The index of the first sample whose id is not below one.
  private static func index(of id: Int64, in places: [Place]) -> Int {
    var low = 0
    var high = places.count
    while low < high {
      let middle = (low + high) / 2
      if places[middle].sample < id { low = middle + 1 } else { high = middle }
    }
    return low
  }
}
