internal import Foundation
internal import SQLite

extension Store {
  /// The model of a name.
  ///
  /// - Throws: `WarehouseError` with a suggestion if there is none, `SQLiteError` if the catalogue
  ///   cannot be read.
  public func model(named name: String) throws -> StoredModel {
    guard let model = try storedModel(where: "name = ?", name).first else {
      let names = try catalogue.rows("SELECT name FROM model ORDER BY id")
      throw WarehouseError.unknown("model", name, among: names.compactMap { $0[0].string })
    }
    return model
  }

  /// Every model, in the order in which they came.
  public func models() throws -> [StoredModel] { try storedModel(where: "1") }

  /// The weights of a model.
  ///
  /// - Throws: `WarehouseError` if the file is missing or malformed.
  public func tensors(of model: StoredModel) throws -> [StoredTensor] {
    let file = try weightsFile(of: model)
    defer { try? file.close() }
    return try file.entries.map { try file.read($0) }
  }

  /// Calls `body` with a function that reads one of a model's tensors by its name, nil where there
  /// is none: so not all of them have to be in memory.
  ///
  /// - Throws: `WarehouseError` if the file is missing or malformed; whatever `body` throws.
  public func withTensors<Result>(
    of model: StoredModel, _ body: ((String) throws -> StoredTensor?) throws -> Result
  ) throws -> Result {
    let file = try weightsFile(of: model)
    defer { try? file.close() }
    let entries = Dictionary(file.entries.map { ($0.name, $0) }, uniquingKeysWith: { a, _ in a })
    return try body { name in try entries[name].map { try file.read($0) } }
  }

  private func weightsFile(of model: StoredModel) throws -> SafetensorsFile {
    guard ModelFile.isOwn(model.file) else {
      throw WarehouseError(.damaged, model.file, "this is no name of a weights file")
    }
    return try SafetensorsFile(storedFile(model.file))
  }

  func storedModel(
    where condition: String, _ parameters: any SQLiteBindable...
  ) throws -> [StoredModel] {
    let statement = try catalogue.prepare(
      """
      SELECT id, name, task, parent, rung, trainable_from, seed, sha256, file, graph, classes,
             preprocessing, input_key, training, numerics, kernel
      FROM model WHERE \(condition) ORDER BY id
      """)
    try statement.bind(parameters)
    var models: [StoredModel] = []
    while try statement.step() {
      let row = statement.row
      guard let id = row[0].int.map(Int64.init), let name = row[1].string,
        let task = row[2].string, let digest = row[7].string, let file = row[8].string,
        let graph = row[9].string, let classText = row[10].string,
        let classes = try? JSONDecoder().decode([String].self, from: Data(classText.utf8)),
        let preprocessing = row[11].string, let inputKey = row[12].string,
        let numerics = row[14].string, let kernel = row[15].string
      else {
        throw WarehouseError(
          .damaged, row[1].string ?? "a model", "its row in the catalogue makes no sense")
      }
      let record = ModelRecord(
        name: name, task: task, parent: row[3].string, rung: row[4].string,
        trainableFrom: row[5].string, seed: row[6].int, graph: graph, classes: classes,
        preprocessing: preprocessing, inputKey: inputKey, training: row[13].string,
        numerics: numerics, kernel: kernel, layers: try layers(ofModel: id))
      models.append(StoredModel(id: id, sha256: digest, file: file, record: record))
    }
    return models
  }

  private func layers(ofModel id: Int64) throws -> [LayerRecord] {
    try catalogue.rows(
      """
      SELECT name, kind, channels, height, width, prefix FROM layer WHERE model = ?
      ORDER BY ordinal
      """, id
    ).map { row in
      guard let name = row[0].string, let kind = row[1].string, let channels = row[2].int,
        let height = row[3].int, let width = row[4].int, let prefix = row[5].string
      else { throw WarehouseError(.damaged, "a layer", "its row in the catalogue makes no sense") }
      return LayerRecord(
        name: name, kind: kind,
        shape: MapShape(channels: channels, height: height, width: width), prefix: prefix)
    }
  }
}
