internal import Warehouse

/// Where activations of units that neither `pooled` nor an index has are taken from.
protocol UnitSource {
  /// Which it is.
  var origin: PositionIndex.Origin { get }
  /// How many samples to ask for at a time.
  var batch: Int { get }
  /// How far values may lie from stored ones of the same layer, as a share of the channel's largest.
  var slack: Float { get }
  /// Whether no position's value exceeds the channel's stored maximum by more than the slack.
  var isBelowMaximum: Bool { get }

  /// Channels of samples: [positions, channels, height · width].
  func maps(of positions: [Int], channels: [Int]) throws -> [Float]
}

extension UnitSource {
  /// Activations of units: [positions, units].
  func values(
    of positions: [Int], units: [NeuronUnit], pool: ChannelIndex.Pool, size: Int
  ) throws -> [Float] {
    let channels = Set(units.map(\.channel)).sorted()
    let places = Dictionary(uniqueKeysWithValues: zip(channels, channels.indices))
    let columns = units.map { places[$0.channel] ?? 0 }
    let maps = try maps(of: positions, channels: channels)
    return positions.indices.flatMap { row in
      zip(units, columns).map { unit, column in
        let start = (row * channels.count + column) * size
        return unit.place.map { maps[start + $0] }
          ?? ChannelPooling.value(maps[start..<start + size], pool)
      }
    }
  }
}

/// Mean and maximum of a channel, to the bit as ingest stores them.
enum ChannelPooling {
  static func value(_ values: ArraySlice<Float>, _ pool: ChannelIndex.Pool) -> Float {
    switch pool {
    case .mean: Float(values.reduce(0.0) { $0 + Double($1) } / Double(values.count))
    case .max: values.reduce(-.infinity) { $1 > $0 ? $1 : $0 }
    }
  }
}
