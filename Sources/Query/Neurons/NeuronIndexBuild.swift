internal import Compute
internal import Foundation
internal import Warehouse

/// Makes indexes of a layer over a data set.
struct NeuronIndexBuild {
  /// About how many numbers are held at a time.
  private static let mostNumbers = 1 << 26

  let store: Store
  let layer: NeuronLayer
  let dataset: Int64
  /// Samples of the data set.
  let samples: Int
  let threads: Int
  /// Called now and then; it throws to stop.
  let check: () throws -> Void

  /// Makes the channel index that a question needs, if it is cheap to make and can be kept.
  ///
  /// - Returns: A sentence that says so; nothing if the index is there, or is not used.
  static func ifMissing(
    _ layer: NeuronLayer, _ samples: NeuronSamples, _ setting: NeuronSetting, of store: Store,
    _ session: ReadOnlySession
  ) throws -> [String] {
    guard setting.usesIndex,
      FileManager.default.isWritableFile(atPath: store.folder.path),
      try store.channelIndex(key: layer.key, dataset: samples.dataset) == nil
    else { return [] }
    let build = try NeuronIndexBuild(
      layer, dataset: samples.dataset, setting, of: store, session)
    guard try build.hasAll(.pooled) else { return [] }
    do {
      let bytes = try build.channels()
      return [
        "made the index of \(layer.name) of \(layer.model) over \(samples.scope.dataset) "
          + "(\(bytes) bytes); the next question will be faster"
      ]
    } catch let error as WarehouseError
      where [.writeFailed, .locked, .readOnly].contains(error.cause)
    {
      return ["no index is kept: \(error)"]
    }
  }

  /// A build for a layer and a data set.
  init(
    _ layer: NeuronLayer, dataset: Int64, _ setting: NeuronSetting, of store: Store,
    _ session: ReadOnlySession
  ) throws {
    (self.store, self.layer, self.dataset) = (store, layer, dataset)
    samples =
      try session.table(
        SQLStatement(
          "SELECT count(*) FROM sample WHERE dataset = :dataset",
          [.init("dataset", .integer(dataset))])
      ).rows.first?[0].int ?? 0
    threads = setting.threads
    check = session.checkInterrupted
  }

  /// The bytes of the channel index that is there, current and whole; nil if there is none.
  func presentChannelBytes() throws -> Int? {
    try store.intactChannelIndex(key: layer.key, dataset: dataset)
  }

  /// The bytes of the position index that is there, current and whole; nil if there is none.
  func presentPositionBytes() throws -> Int? {
    try store.intactPositionIndex(key: layer.key, dataset: dataset)
  }

  /// Makes the channel index; returns its bytes.
  func channels() throws -> Int {
    let source = try hasAll(.pooled) ? nil : try source()
    let count = layer.channels
    let step = source?.batch ?? max(1, min(4_096, (1 << 23) / count))
    return try store.writeChannelIndex(
      key: layer.key, dataset: dataset, channels: count, hasMeans: layer.positions > 1
    ) { append in
      for start in stride(from: 0, to: samples, by: step) {
        try check()
        let block = Array(start..<min(samples, start + step))
        let rows =
          try source.map { try pooled(block, from: $0) }
          ?? layer.pooled(of: block, dataset: dataset, in: store)
        func columns(_ part: Int) -> [Float] {
          (0..<count).flatMap { channel in
            block.indices.map { rows[($0 * count + channel) * 2 + part] }
          }
        }
        try append(columns(1), columns(0))
      }
    }
  }

  /// Makes the position index; returns its bytes.
  ///
  /// The layer is gone through once for as many channels as are held at a time.
  func positions() throws -> Int {
    let source = try source()
    let size = layer.positions
    let group = max(1, min(layer.channels, NeuronIndexBuild.mostNumbers / max(1, size * samples)))
    return try store.writePositionIndex(key: layer.key, dataset: dataset, origin: source.origin) {
      append in
      for first in stride(from: 0, to: layer.channels, by: group) {
        let chosen = Array(first..<min(layer.channels, first + group))
        let columns = try columns(of: chosen, from: source)
        for channel in chosen.indices {
          try check()
          let count = samples
          let lists = ParallelWork.map(size, threads: threads, shouldStop: { false }) { place in
            let start = (channel * size + place) * count
            return NeuronIndexBuild.list(Array(columns[start..<start + count]))
          }
          try append(lists.compactMap { $0 })
        }
      }
    }
  }

  /// Whether a tier is stored of every sample.
  private func hasAll(_ tier: Tier) throws -> Bool {
    let stored = try store.stretches(key: layer.key, tier: tier, dataset: dataset)
    return samples > 0 && UnitReader.covers(stored.map(\.positions), Array(0..<samples))
  }

  private func source() throws -> any UnitSource {
    guard try hasAll(.maps) else {
      return try RecomputedMaps(layer, dataset: dataset, threads: threads, in: store)
    }
    let isExact = try store.stretches(key: layer.key, tier: .maps, dataset: dataset)
      .allSatisfy { $0.type == .f32 }
    return StoredMaps(store: store, layer: layer, dataset: dataset, isExact: isExact)
  }

  private func pooled(_ block: [Int], from source: any UnitSource) throws -> [Float] {
    let size = layer.positions
    let maps = try source.maps(of: block, channels: Array(0..<layer.channels))
    return stride(from: 0, to: maps.count, by: size).flatMap { start in
      let values = maps[start..<start + size]
      return [ChannelPooling.value(values, .mean), ChannelPooling.value(values, .max)]
    }
  }

  /// Activations of channels: [channels, positions, samples].
  private func columns(of channels: [Int], from source: any UnitSource) throws -> [Float] {
    let units = channels.count * layer.positions
    var columns = [Float](repeating: 0, count: units * samples)
    for start in stride(from: 0, to: samples, by: source.batch) {
      try check()
      let block = Array(start..<min(samples, start + source.batch))
      let maps = try source.maps(of: block, channels: channels)
      for unit in 0..<units {
        for row in block.indices {
          columns[unit * samples + start + row] = maps[row * units + unit]
        }
      }
    }
    return columns
  }

  private static func list(_ values: [Float]) -> PositionIndex.List {
    // Of what cannot be ranked nothing is said.
    guard !values.contains(where: \.isNaN) else {
      return PositionIndex.List(threshold: .infinity, bytes: [])
    }
    let list = RankList.make(of: values)
    return PositionIndex.List(threshold: list.threshold, bytes: list.bytes)
  }
}
