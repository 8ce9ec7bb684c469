internal import SQLite

/// A layer of a model, as a question about pairs reads it.
struct PairLayer: Equatable {
  let name: String
  let key: String
  let channels: Int
  /// Positions of one channel.
  let positions: Int
}

/// The layers of models.
enum PairLayers {
  static func statement(_ models: [String]) -> SQLStatement {
    let names = models.indices.map { ":model\($0)" }.joined(separator: ", ")
    return SQLStatement(
      """
      SELECT model, layer, channels, height, width, prefix FROM layers
      WHERE model IN (\(names)) ORDER BY model, ordinal
      """, models.enumerated().map { .init("model\($0)", .text($1)) })
  }
}

extension ReadOnlySession {
  /// The layers of a model in its order: those that are named, or all.
  func pairLayers(of model: ModelCard, named names: [String] = []) throws -> [PairLayer] {
    var layers: [PairLayer] = []
    try forEachRow(of: PairLayers.statement([model.name])) { row in
      guard let name = row[1].string, let key = row[5].string, let channels = row[2].int,
        let height = row[3].int, let width = row[4].int, (1...1 << 24).contains(channels),
        (1...1 << 24).contains(height), (1...1 << 24).contains(width)
      else { return true }
      layers.append(
        PairLayer(name: name, key: key, channels: channels, positions: height * width))
      return true
    }
    for name in names where !layers.contains(where: { $0.name == name }) {
      throw Unknown.layer(name, of: model.name, among: layers.map(\.name))
    }
    return names.isEmpty ? layers : layers.filter { names.contains($0.name) }
  }

  /// The layer that holds the logits of a model: its last.
  func logitLayer(of model: ModelCard) throws -> PairLayer {
    guard let last = try pairLayers(of: model).last else {
      throw QueryError.failed("\(model.name) has no layers: run lethe verify")
    }
    guard last.channels == model.classes.count, last.positions == 1 else {
      throw QueryError.usage(
        "the last layer of \(model.name), \(last.name), has \(last.channels) channels of "
          + "\(last.positions) positions, and the model \(model.classes.count) classes: these are no "
          + "logits; ask --by layer")
    }
    return last
  }
}
