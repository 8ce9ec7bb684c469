internal import SQLite

/// A layer of a model that concepts are looked for in.
public struct ConceptPlace: Sendable, Equatable {
  /// The model's name.
  public let model: String
  /// The layer's name.
  public let layer: String
  /// The key of what is stored of the layer, which variants may share.
  public let key: String
  let channels: Int
  let height: Int
  let width: Int
  /// The digest of the input geometry, which masks are stored by.
  let inputKey: String
  /// What its bits were thresholded with; nil if no bits are stored over the data set.
  let quantile: Double?
}

extension ConceptPlace {
  /// Every layer of some models, in the order of the models and then of the network.
  static func statement(dataset: String) -> SQLStatement {
    SQLStatement(
      """
      SELECT m.name, l.name, l.prefix, l.channels, l.height, l.width, m.input_key,
             (SELECT t.quantile FROM threshold t WHERE t.key = l.prefix AND t.dataset = d.id
                AND EXISTS (SELECT 1 FROM stored_array a WHERE a.key = l.prefix
                              AND a.tier = 'bits' AND a.dataset = d.id)) AS quantile
      FROM model m JOIN layer l ON l.model = m.id JOIN dataset d ON d.name = :dataset
      ORDER BY m.id, l.ordinal
      """, [.init("dataset", .text(dataset))])
  }

  /// Finds the layers of a request, and checks that their bits are stored.
  ///
  /// - Parameters:
  ///   - request: What is wanted; of it the layers and the quantile.
  ///   - models: The names of the models, which must be there.
  ///   - dataset: The data set's name.
  ///   - session: What reads the catalogue.
  /// - Returns: The layers, in the order of the models and then of the network.
  /// - Throws: `QueryError` that names the command to run if bits are not stored.
  static func find(
    _ request: ConceptRequest, models: [String], dataset: String, in session: ReadOnlySession
  ) throws -> [ConceptPlace] {
    var all: [String: [ConceptPlace]] = [:]
    try session.forEachRow(of: statement(dataset: dataset)) { row in
      guard let model = row[0].string, let layer = row[1].string, let key = row[2].string,
        let channels = row[3].int, let height = row[4].int, let width = row[5].int,
        let inputKey = row[6].string
      else { return true }
      all[model, default: []].append(
        ConceptPlace(
          model: model, layer: layer, key: key, channels: channels, height: height, width: width,
          inputKey: inputKey, quantile: row[7].double))
      return true
    }
    let places = try models.flatMap { model in
      try chosen(request.layers, among: all[model] ?? [], model: model, dataset: dataset)
    }
    for place in places { try place.check(request.settings.quantile, dataset: dataset) }
    return places
  }

  private static func chosen(
    _ layers: [String], among all: [ConceptPlace], model: String, dataset: String
  ) throws -> [ConceptPlace] {
    for layer in layers where !all.contains(where: { $0.layer == layer }) {
      let names = all.map(\.layer)
      throw Unknown.layer(layer, of: model, among: names)
    }
    let places = all.filter {
      layers.isEmpty ? $0.quantile != nil : layers.contains($0.layer)
    }
    guard !places.isEmpty else {
      throw QueryError.nothingFound(
        "no layer of \(model) has bits stored over \(dataset); "
          + "run: lethe ingest --model \(model) --dataset \(dataset) --keep pooled,bits")
    }
    return places
  }

  private func check(_ wanted: Double?, dataset: String) throws {
    guard channels > 0, height > 0, width > 0 else {
      throw QueryError.failed("layer \(layer) of \(model) makes no sense: run lethe verify")
    }
    guard height > 1 || width > 1 else {
      throw QueryError.usage(
        "layer \(layer) of \(model) has one position, so that it has no bits and no concept has a "
          + "place in it: choose a layer with maps, such as a convolution")
    }
    guard let quantile else {
      throw QueryError.nothingFound(
        "the bits of layer \(layer) of \(model) are not stored over \(dataset); run: lethe ingest "
          + "--model \(model) --dataset \(dataset) --layer \(layer) --keep pooled,bits")
    }
    guard wanted == nil || wanted == quantile else {
      throw QueryError.usage(
        "the bits of layer \(layer) of \(model) are stored with --quantile "
          + "\(NumberText.brief(quantile)): ask for that, or fill another warehouse with lethe "
          + "ingest --keep pooled,bits --quantile \(NumberText.brief(wanted ?? quantile))")
    }
  }
}
