internal import Foundation
internal import HDF5

/// Open segment files, the least recently used of which is closed when there are too many.
final class SegmentCache {
  /// An open file and the datasets that were opened from it.
  final class Entry {
    let root: HDF5Group
    private let file: HDF5File
    private var datasets: [String: HDF5Dataset] = [:]

    init(_ url: URL) throws {
      file = try HDF5File.open(url)
      root = try file.root()
    }

    func dataset(_ path: String) throws -> HDF5Dataset {
      if let dataset = datasets[path] { return dataset }
      let dataset = try root.dataset(path)
      datasets[path] = dataset
      return dataset
    }
  }

  private let capacity: Int
  // The most recently used last.
  private var entries: [(path: String, entry: Entry)] = []

  init(capacity: Int) { self.capacity = capacity }

  func entry(_ url: URL) throws -> Entry {
    if let index = entries.firstIndex(where: { $0.path == url.path }) {
      entries.append(entries.remove(at: index))
    } else {
      if entries.count >= capacity { entries.removeFirst() }
      entries.append((url.path, try Entry(url)))
    }
    return entries[entries.count - 1].entry
  }

  func removeAll() { entries.removeAll() }
}
