internal import HDF5
internal import SQLite

/// What a tier of one layer of one variant takes over a data set.
public struct LayerBytes: Sendable, Equatable {
  /// The variant.
  public let model: String
  /// The data set.
  public let dataset: String
  /// The layer's name in this variant.
  public let layer: String
  /// The tier.
  public let tier: String
  /// The type of its elements.
  public let type: String
  /// What its chunks are packed by.
  public let codec: String
  /// Samples that it is stored for.
  public let samples: Int
  /// Its bytes before compression; nil for candidates, whose number depends on the values.
  public let rawBytes: Int?
  /// Its bytes in the files, whoever it is shared with.
  public let bytes: Int
  /// The first model that has it; nil if that is this one.
  public let sharedWith: String?

  /// The bytes that are there for this variant: none if an earlier one has them.
  public var storedBytes: Int { sharedWith == nil ? bytes : 0 }
}

extension Store {
  /// The bytes of every variant's layers, an array that is shared once for each variant.
  ///
  /// - Returns: In the order of models, data sets, layers and tiers.
  /// - Throws: `SQLiteError` if the catalogue cannot be read.
  public func layerBytes() throws -> [LayerBytes] {
    try catalogue.rows(
      """
      WITH array AS (
        SELECT a.key, a.tier, a.dataset, a.dtype, a.codec, sum(s.count) AS samples,
               sum(a.bytes) AS bytes
        FROM stored_array a JOIN segment s ON s.id = a.segment
        GROUP BY a.key, a.tier, a.dataset, a.dtype, a.codec)
      SELECT m.name, d.name, l.name, a.tier, a.dtype, a.samples, a.bytes, l.channels, l.height,
             l.width, (SELECT o.name FROM layer f JOIN model o ON o.id = f.model
                       WHERE f.prefix = l.prefix ORDER BY o.id LIMIT 1), a.codec
      FROM layer l JOIN model m ON m.id = l.model JOIN array a ON a.key = l.prefix
      JOIN dataset d ON d.id = a.dataset
      ORDER BY m.id, d.id, l.ordinal, a.tier, a.dtype, a.codec
      """
    ).map { row in
      let model = row[0].string ?? ""
      let samples = row[5].int ?? 0
      let shape = MapShape(
        channels: row[7].int ?? 0, height: row[8].int ?? 0, width: row[9].int ?? 0)
      let (tier, type) = (row[3].string ?? "", row[4].string ?? "")
      let owner = row[10].string
      return LayerBytes(
        model: model, dataset: row[1].string ?? "", layer: row[2].string ?? "", tier: tier,
        type: type, codec: row[11].string ?? "", samples: samples,
        rawBytes: LayerBytes.raw(tier: Tier(rawValue: tier), StoredType(rawValue: type), shape)
          .map { $0 * samples },
        bytes: row[6].int ?? 0, sharedWith: owner == model ? nil : owner)
    }
  }
}

extension LayerBytes {
  /// Bytes of a sample before compression.
  fileprivate static func raw(tier: Tier?, _ type: StoredType?, _ shape: MapShape) -> Int? {
    switch tier {
    case .pooled: 8 * shape.channels
    case .bits: shape.channels * shape.bitBytes
    case .maps: type.map { $0.element.size * shape.channels * shape.positions }
    default: nil
    }
  }
}
