import Compute
import Foundation
import Raster
import Warehouse

@testable import Ingest

/// A warehouse of made-up pictures and a family of untrained networks, for one test.
final class SmallWarehouse {
  let folder: TemporaryFolder
  let samples: Int
  static let side = 32

  var url: URL { folder.url.appendingPathComponent("warehouse") }

  /// Pictures of noise with masks, added as data set `noise`; models `base`, `head` (shares all
  /// convolutions with it) and `deep` (shares the blocks 1 to 4).
  init(samples: Int = 70, subjects: Int = 10, models: Bool = true) throws {
    folder = try TemporaryFolder()
    self.samples = samples
    try writePictures(subjects: subjects)
    let store = try Store.open(url, for: .writing(create: true))
    _ = try DatasetImport.run(
      path: folder.url.appendingPathComponent("pictures").path, as: "noise",
      options: DatasetImportOptions(), into: store)
    if models { try addModels(to: store) }
    try store.close()
  }

  func open(writing: Bool = true) throws -> Store {
    try Store.open(url, for: writing ? .writing(create: false) : .reading)
  }

  private func writePictures(subjects: Int) throws {
    var stream = RandomStream(seed: 5)
    var csv = "path,subject,emotion,pain,au12,mask_au12,region_au12,\(landmarkHeader)\n"
    for index in 0..<samples {
      let side = SmallWarehouse.side
      let picture = Picture(
        width: side, height: side, channels: 3,
        pixels: (0..<side * side * 3).map { _ in UInt8(stream.below(256)) })
      try folder.write(picture.pngData(), to: "pictures/p\(index).png")
      let isPresent = index % 3 == 0
      var mask = BitMask(width: side, height: side)
      for x in 4..<12 { for y in 20..<24 { mask[x, y] = true } }
      try folder.write(mask.pngData(), to: "pictures/m\(index).png")
      let emotion = Labels.emotions[index % 8]
      let files = isPresent ? "m\(index).png," : ",m\(index).png"
      let points = (0..<136).map { String($0 % 32) }.joined(separator: ",")
      csv +=
        "p\(index).png,s\(index % subjects),\(emotion),\(index % 2),\(isPresent ? 3 : 0),\(files),\(points)\n"
    }
    try folder.write(csv, to: "pictures/labels.csv")
  }

  private var landmarkHeader: String {
    (0..<68).map { "x\($0),y\($0)" }.joined(separator: ",")
  }

  private func addModels(to store: Store) throws {
    let graph = try Graph.vgg16(
      VGGOptions(
        inputSize: SmallWarehouse.side, width: 1.0 / 16, classes: 8, denseWidth: 16, dropout: 0))
    let base = graph.initialParameters(seed: 1)
    let other = graph.initialParameters(seed: 2)
    func save(_ name: String, changedFrom layer: String?) throws {
      var parameters = base
      for tensor in try layer.map({ try graph.parameterNames(from: $0) }) ?? [] {
        parameters[tensor] = other[tensor]
      }
      try store.save(
        NetworkDescription(
          name: name, task: "emotion", graph: graph, classes: Labels.emotions,
          preprocessing: .builtIn(size: SmallWarehouse.side)),
        parameters: parameters)
    }
    try save("base", changedFrom: nil)
    try save("head", changedFrom: "fc6")
    try save("deep", changedFrom: "conv5_1")
  }
}
