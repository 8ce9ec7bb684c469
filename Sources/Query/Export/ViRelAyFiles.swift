internal import Compute
internal import Foundation
internal import HDF5
internal import SQLite
internal import Warehouse

/// The files of an export for ViRelAy, in the layout that its loader takes.
struct ViRelAyFiles {
  /// About how many bytes are read at a time.
  private static let batchBytes = 1 << 25

  let session: ReadOnlySession
  let store: Store
  let samples: [ViRelAySample]
  let classes: [String]
  let method: RelevanceMethod

  /// Writes what the projects share: the inputs and the names of the classes.
  func writeShared(_ data: KeptRelevance, model: String, to folder: URL) throws {
    let key = try store.model(named: model).record.inputKey
    let shape = try KeptRelevance.rowShape(
      of: model, dataset: data.datasetID, position: samples[0].position, in: store)
    try write(folder.appending(path: "\(data.dataset).input.h5")) { root in
      let pixels = try root.createDataset(
        "data", of: .uint8, shape: [samples.count] + shape, storage: .chunked([1] + shape))
      try inBatches(rowBytes: shape.reduce(1, *)) { range in
        let rows = try store.readBytes(
          key: key, tier: .inputs, dataset: data.datasetID,
          positions: samples[range].map(\.position))
        let values = ChannelOrder.first(
          rows.values, pixels: shape[1] * shape[2], channels: shape[0])
        try pixels.write(
          values, at: [range.lowerBound, 0, 0, 0], count: [range.count] + shape)
      }
      try writeLabels(to: root)
    }
    let labels = classes.enumerated().map { index, name in
      "  {\"index\": \(index), \"word_net_id\": \"\(category(index))\", \"name\": \(quoted(name))}"
    }
    try text(
      "[\n\(labels.joined(separator: ",\n"))\n]\n", folder.appending(path: "label-map.json"))
  }

  /// Writes the project of a model.
  ///
  /// - Returns: The most samples of a class that its analysis leaves out.
  func write(_ card: ModelCard, _ kept: KeptRelevance, to folder: URL) throws -> Int {
    let shape = try KeptRelevance.rowShape(
      of: card.name, dataset: kept.datasetID, position: samples[0].position, in: store)
    var analysis = ViRelAyAnalysis(
      samples, classes: classes.count, height: shape[1], width: shape[2])
    try write(folder.appending(path: "\(card.name).attribution.h5")) { root in
      let maps = try root.createDataset(
        "attribution", of: .float32, shape: [samples.count] + shape,
        storage: .chunked([1] + shape))
      let size = shape.reduce(1, *)
      try inBatches(rowBytes: 4 * size) { range in
        let values = try KeptRelevance.values(
          key: kept.key, dataset: kept.datasetID, positions: samples[range].map(\.position),
          size: size, in: store)
        try maps.write(values, at: [range.lowerBound, 0, 0, 0], count: [range.count] + shape)
        for (row, index) in range.enumerated() {
          analysis.take(index, map: values[row * size..<(row + 1) * size])
        }
      }
      try writeLabels(to: root)
      let predictions = try root.createDataset(
        "prediction", of: .float32, shape: [samples.count, classes.count])
      try predictions.write(try probabilities(of: card, dataset: kept.dataset))
    }
    try write(folder.appending(path: "\(card.name).analysis.h5")) { root in
      for label in classes.indices {
        try session.checkInterrupted()
        try analysis.write(label, to: root, named: category(label))
      }
    }
    try text(project(card, kept, shape), folder.appending(path: "\(card.name).yaml"))
    return analysis.cut
  }

  /// The name of a class's group, which is its `word_net_id` in the label map.
  private func category(_ index: Int) -> String {
    let digits = String(index)
    return String(repeating: "0", count: max(0, 8 - digits.count)) + digits
  }

  private func project(_ card: ModelCard, _ kept: KeptRelevance, _ shape: [Int]) -> String {
    """
    project:
      name: \(quoted("\(card.name) over \(kept.dataset)"))
      model: \(quoted(card.name))
      label_map: label-map.json
      dataset:
        name: \(quoted(kept.dataset))
        type: hdf5
        path: \(quoted("\(kept.dataset).input.h5"))
        input_width: \(shape[2])
        input_height: \(shape[1])
        up_sampling_method: none
        down_sampling_method: none
      attributions:
        attribution_method: \(quoted("LRP \(method.composite), bias \(method.bias)"))
        attribution_strategy: \(method.target == "true" ? "true_label" : "predicted_label")
        sources:
          - \(quoted("\(card.name).attribution.h5"))
      analyses:
        - analysis_method: spectral
          sources:
            - \(quoted("\(card.name).analysis.h5"))

    """
  }

  /// The probabilities of the classes, [samples, classes].
  private func probabilities(of card: ModelCard, dataset: String) throws -> [Float] {
    let places = Dictionary(
      samples.enumerated().map { ($0.element.id, $0.offset) }, uniquingKeysWith: { a, _ in a })
    let columns = Dictionary(
      classes.enumerated().map { ($0.element, $0.offset) }, uniquingKeysWith: { a, _ in a })
    var values = [Float](repeating: .nan, count: samples.count * classes.count)
    let statement = SQLStatement(
      """
      SELECT p.sample_id, p.class, p.p FROM probabilities p
      JOIN samples s ON s.sample_id = p.sample_id
      WHERE p.model = :model AND s.dataset = :dataset
      """, [.init("model", .text(card.name)), .init("dataset", .text(dataset))])
    try session.forEachRow(of: statement) { row in
      if let place = row[0].int.flatMap({ places[$0] }),
        let column = row[1].string.flatMap({ columns[$0] }), let value = row[2].double
      {
        values[place * classes.count + column] = Float(value)
      }
      return true
    }
    guard !values.contains(where: \.isNaN) else {
      throw QueryError.nothingFound(
        "\(card.name) has not answered all of the samples; run: lethe ingest --model \(card.name) "
          + "--dataset \(dataset)")
    }
    return values
  }

  private func writeLabels(to root: HDF5Group) throws {
    let labels = try root.createDataset("label", of: .int32, shape: [samples.count])
    try labels.write(samples.map { Int32($0.label) })
  }

  private func inBatches(rowBytes: Int, _ body: (Range<Int>) throws -> Void) throws {
    let rows = max(1, ViRelAyFiles.batchBytes / max(1, rowBytes))
    for start in stride(from: 0, to: samples.count, by: rows) {
      try session.checkInterrupted()
      try body(start..<min(samples.count, start + rows))
    }
  }

  private func write(_ url: URL, _ body: (HDF5Group) throws -> Void) throws {
    let file = try HDF5File.create(url)
    do {
      try body(try file.root())
    } catch {
      try? file.close()
      throw error
    }
    try file.close()
  }

  private func text(_ text: String, _ url: URL) throws {
    _ = try AtomicFile.write(url.path) { try $0(Array(text.utf8)) }
  }

  /// A JSON text, which is a YAML one too.
  private func quoted(_ text: String) -> String {
    let encoder = JSONEncoder()
    encoder.outputFormatting = .withoutEscapingSlashes
    return (try? encoder.encode(text)).map { String(decoding: $0, as: UTF8.self) } ?? "\"\""
  }
}
