internal import SQLite
internal import Warehouse

/// A layer of a model whose units are asked about.
struct NeuronLayer: Equatable {
  let model: String
  let task: String
  let name: String
  /// The key of what is stored of it.
  let key: String
  let channels: Int
  let height: Int
  let width: Int

  /// Positions of one channel.
  var positions: Int { height * width }

  /// The `pooled` rows of samples: [positions, channels, mean and maximum].
  ///
  /// - Throws: `QueryError` if they have another shape than the layer, `WarehouseError` if they
  ///   cannot be read.
  func pooled(of positions: [Int], dataset: Int64, in store: Store) throws -> [Float] {
    let rows = try store.read(key: key, tier: .pooled, dataset: dataset, positions: positions)
    guard rows.rowShape == [channels, 2] else {
      throw QueryError.failed(
        "pooled rows of layer \(name) of \(model) have the shape \(rows.rowShape): "
          + "run lethe verify")
    }
    return rows.values
  }

  /// Finds the layers of a model, in their order.
  ///
  /// - Throws: `QueryError` if there is no such model, or several and none is named.
  static func all(of model: String?, in session: ReadOnlySession) throws -> [NeuronLayer] {
    let cards = try session.models(model.map { [$0] } ?? [])
    guard let card = cards.first, cards.count == 1 else {
      throw cards.isEmpty
        ? QueryError.nothingFound("the warehouse has no model yet")
        : QueryError.usage(
          "choose a model with --model " + cards.map(\.name).joined(separator: " | "))
    }
    var layers: [NeuronLayer] = []
    try session.forEachRow(
      of: SQLStatement(
        """
        SELECT layer, prefix, channels, height, width FROM layers
        WHERE model = :model ORDER BY ordinal
        """, [.init("model", .text(card.name))])
    ) { row in
      guard let name = row[0].string, let key = row[1].string, let channels = row[2].int,
        let height = row[3].int, let width = row[4].int, (1...1 << 24).contains(channels),
        (1...1 << 16).contains(height), (1...1 << 16).contains(width)
      else {
        throw QueryError.failed("a layer of \(card.name) makes no sense: run lethe verify")
      }
      layers.append(
        NeuronLayer(
          model: card.name, task: card.task, name: name, key: key, channels: channels,
          height: height, width: width))
      return true
    }
    return layers
  }

  /// The layer of a name among those of a model.
  static func named(_ name: String, among layers: [NeuronLayer], of model: String?) throws
    -> NeuronLayer
  {
    if let layer = layers.first(where: { $0.name == name }) { return layer }
    throw Unknown.layer(
      name, of: layers.first?.model ?? model ?? "the model", among: layers.map(\.name))
  }
}
