import Foundation
import HDF5

/// Activations in an HDF5 file: a dataset a layer, and the lists `paths` and `layers` if the file
/// says them itself.
struct HDF5ActivationArrays: ActivationArrays {
  let arrays: [(name: String, shape: [Int])]
  let order: [String]?
  let paths: [String]?
  private let datasets: [String: HDF5Dataset]

  /// Opens a file.
  ///
  /// - Throws: `HDF5Error` if it cannot be read.
  init(_ url: URL) throws {
    let root = try HDF5File.open(url).root()
    var found: [String: HDF5Dataset] = [:]
    var texts: [String: [String]] = [:]
    let members = try root.members(limit: 10_000)
    for name in members {
      // A group here is none of our arrays; it says so itself when it is opened as one.
      let dataset = try root.dataset(name)
      if ["paths", "layers"].contains(name), dataset.elementType == nil {
        texts[name] = try dataset.readTexts()
      } else {
        found[name] = dataset
      }
    }
    datasets = found
    arrays = members.compactMap { name in found[name].map { (name, $0.shape) } }
    order = texts["layers"]
    paths = texts["paths"]
  }

  func read(_ name: String, rows: Range<Int>) throws -> [Float] {
    guard let dataset = datasets[name] else { return [] }
    let rest = Array(dataset.shape.dropFirst())
    return try dataset.read(
      Float.self, at: [rows.lowerBound] + rest.map { _ in 0 }, count: [rows.count] + rest)
  }
}
