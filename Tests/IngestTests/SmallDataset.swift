import Foundation
import Raster
import Warehouse

@testable import Ingest

/// A folder `set` of small grey pictures `a.png`, `b.png` and `c.png`, and an empty warehouse
/// beside it.
struct SmallDataset {
  let folder: TemporaryFolder
  let store: Store

  init(width: Int = 4, height: Int = 2) throws {
    folder = try TemporaryFolder()
    store = try Store.open(
      folder.url.appendingPathComponent("warehouse"), for: .writing(create: true))
    let picture = Picture(
      width: width, height: height, channels: 1,
      pixels: [UInt8](repeating: 90, count: width * height))
    for name in ["a", "b", "c"] { try folder.write(picture.pngData(), to: "set/\(name).png") }
  }

  /// Adds the folder as data set `set`, with a table of its labels.
  @discardableResult
  func add(
    _ csv: String, options: DatasetImportOptions = DatasetImportOptions()
  ) throws -> DatasetSummary {
    try folder.write(csv, to: "set/labels.csv")
    return try DatasetImport.run(
      path: folder.url.appendingPathComponent("set").path, as: "set", options: options, into: store)
  }

  /// The same, with a CSV of OpenFace or a folder of them.
  @discardableResult
  func add(_ csv: String, openFace: String) throws -> DatasetSummary {
    try add(
      csv,
      options: DatasetImportOptions(openFace: folder.url.appendingPathComponent(openFace).path))
  }
}
