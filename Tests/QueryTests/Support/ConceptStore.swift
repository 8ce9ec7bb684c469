import Foundation
import SQLite
import Warehouse

/// A warehouse on disk with planted concepts, so small that every measure follows by hand.
///
/// Two data sets of pictures of 8 × 8 pixels, `faces` (labels of emotion; 20 train and 16 test
/// pictures, four a person) and `pain` (4 pictures), with masks; layers of 4 × 4 positions, so that
/// the grid of masks, half the input, is that of the layers. AU12 is present at even positions, with
/// a mask of the cells (2, 1) and (2, 2); at odd ones it is absent and has the same cells as region;
/// at positions 9, 19 and 29 nothing was coded. AU6 is present at position 20 alone, AU1 nowhere and
/// without a region. Channel 0 of every layer fires at the cell (0, 0), channel 2 nowhere, channel 1:
///
/// - `exact`: on the mask, where AU12 is present;
/// - `place`: there in every picture;
/// - `wide`: also at the cell (2, 3), where AU12 is present.
///
/// Nothing is stored of `bare`. The models `net` and `twin` share `exact`, and in `twin` channel 1
/// of `place` never fires; `after` starts from `net` and answers pain.
final class ConceptStore {
  static let inputKey = String(repeating: "1a", count: 32)
  static let layers = ["exact", "place", "wide", "bare"]
  static let positions = 36
  static let mask = [9, 10]
  let folder: URL

  init() throws {
    folder = FileManager.default.temporaryDirectory.appending(path: UUID().uuidString)
    let store = try open(writing: true)
    let faces = try store.importDataset(name: "faces", format: "csv", root: "/faces") { writer in
      for position in 0..<ConceptStore.positions {
        try writer.add(ConceptStore.sample(position, task: "emotion"))
      }
    }
    let pain = try store.importDataset(name: "pain", format: "csv", root: "/pain") { writer in
      for position in 0..<4 { try writer.add(ConceptStore.sample(position, task: "pain")) }
    }
    for model in ["net", "twin", "after"] { try ConceptStore.add(model, to: store) }
    try ConceptStore.addInputs("pain", pain, 0..<4, to: store)
    for range in [0..<16, 16..<ConceptStore.positions] {
      try ConceptStore.addInputs("faces", faces, range, to: store)
      for (layer, model) in [
        ("exact", "net"), ("place", "net"), ("wide", "net"), ("place", "twin"),
      ] {
        try ConceptStore.addBits(layer, model, faces, range, to: store)
      }
    }
    try store.close()
  }

  deinit { try? FileManager.default.removeItem(at: folder) }

  func open(writing: Bool = false) throws -> Store {
    try Store.open(folder, for: writing ? .writing(create: true) : .reading)
  }

  /// The key of a layer; `exact` is shared by all, every layer by `net` and `after`.
  static func key(_ layer: String, _ model: String) -> String {
    let isTwin = layer != "exact" && model == "twin"
    return String(
      repeating: "\(layers.firstIndex(of: layer) ?? 0)\(isTwin ? "d" : "c")", count: 32)
  }

  static func isCoded(_ position: Int) -> Bool { position % 10 != 9 }

  private static func sample(_ position: Int, task: String) -> SampleRecord {
    let units =
      (position % 2 == 0 ? [SampleRecord.ActionUnit(12, intensity: 3)] : [])
      + (position == 20 ? [SampleRecord.ActionUnit(6, intensity: nil)] : [])
    return SampleRecord(
      split: position < 20 ? "train" : "test", subject: "s\(position / 4)",
      path: "p\(position).png", width: 8, height: 8, labels: [task: "x"],
      codings: isCoded(position) ? [.init(source: "csv", coded: [1, 6, 12], present: units)] : [])
  }

  private static func add(_ model: String, to store: Store) throws {
    try store.saveModel(
      ModelRecord(
        name: model, task: model == "after" ? "pain" : "emotion",
        parent: model == "after" ? "net" : nil, graph: "{}", classes: ["x", "y"],
        preprocessing: "{}", inputKey: inputKey,
        layers: layers.map {
          LayerRecord(
            name: $0, kind: "convolution", shape: MapShape(channels: 3, height: 4, width: 4),
            prefix: key($0, model))
        }), tensors: [StoredTensor(name: "w", shape: [1], values: [1])])
  }

  private static func addInputs(
    _ name: String, _ dataset: Int64, _ range: Range<Int>, to store: Store
  ) throws {
    let description = SegmentDescription(
      name: .inputs(dataset: name, key: inputKey, first: range.lowerBound), dataset: dataset,
      first: range.lowerBound, count: range.count, model: nil, key: inputKey, numerics: "strict",
      kernel: "reference")
    var rows: [MaskRow] = []
    try store.writeSegment(
      description,
      body: { writer in
        try writer.inputs(height: 8, width: 8, channels: 3)
          .write(bytes: [UInt8](repeating: 0, count: range.count * 192), at: 0)
        let coded = range.filter(isCoded)
        for (au, kind, positions) in [
          (12, MaskKind.mask, coded.filter { $0 % 2 == 0 }),
          (12, .region, coded.filter { $0 % 2 == 1 }), (6, .mask, coded.filter { $0 == 20 }),
        ] where !positions.isEmpty {
          let ids = positions.map { writer.sampleIDs[$0 - range.lowerBound] }
          rows += ids.map { MaskRow(sample: $0, au: au, kind: kind, source: "csv", pixels: 8) }
          try writer.masks(au: au, kind: kind, sampleIDs: ids, height: 8, width: 8)
            .write(bytes: positions.flatMap { _ in pixels }, at: 0)
        }
      }, commit: { _ in try store.insertMasks(rows, inputKey: inputKey) })
  }

  /// Pixels of the mask: each cell is 2 × 2 of them.
  private static let pixels = (0..<64).map { pixel -> UInt8 in
    mask.contains(pixel / 16 * 4 + pixel % 8 / 2) ? 1 : 0
  }

  private static func addBits(
    _ layer: String, _ model: String, _ dataset: Int64, _ range: Range<Int>, to store: Store
  ) throws {
    let key = key(layer, model)
    let description = SegmentDescription(
      name: .arrays(
        dataset: "faces", model: model, key: key, first: range.lowerBound, part: "bits"),
      dataset: dataset, first: range.lowerBound, count: range.count, model: model, key: key,
      numerics: "strict", kernel: "reference")
    try store.writeSegment(description) { writer in
      let shape = MapShape(channels: 3, height: 4, width: 4)
      let bits = try writer.bits(
        layer: layer, key: key, shape: shape, thresholds: [0, 0, .infinity])
      for (row, position) in range.enumerated() {
        let fires = layer == "place" ? model != "twin" : position % 2 == 0
        let cells = fires ? mask + (layer == "wide" ? [11] : []) : []
        try bits.write(bytes: [1, 0] + bytes(cells) + [0, 0], at: row)
      }
    }
    if range.lowerBound == 0 {
      try store.saveThresholds(
        Thresholds(quantile: 0.005, count: 320, values: [0, 0, .infinity]), key: key,
        dataset: dataset)
    }
  }

  private static func bytes(_ cells: [Int]) -> [UInt8] {
    let bits = cells.reduce(0) { $0 | 1 << $1 }
    return [UInt8(bits & 255), UInt8(bits >> 8)]
  }
}
