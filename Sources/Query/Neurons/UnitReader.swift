internal import Compute
internal import Warehouse

/// Activations of a group of units over samples of one data set: what is at hand of them exactly,
/// what bounds the rest, and the way to the rest.
final class UnitReader {
  /// What was read, and what was computed again.
  struct Account: Equatable {
    var columns = 0
    var pooledRows = 0
    var lists = 0
    var resolved = 0
  }

  let layer: NeuronLayer
  let units: [NeuronUnit]
  let pool: ChannelIndex.Pool
  /// What units are resolved from that no index or `pooled` row has; nil if there is none of these.
  let source: (any UnitSource)?
  private(set) var account = Account()

  private let store: Store
  private let dataset: Int64
  private let hasPooled: Bool
  private var index: ChannelIndex?
  private let lists: PositionIndex?
  private var columns: [Int: [Float]] = [:]
  private var resolved: [Int: [Float]] = [:]

  /// Units of groups that are not larger are kept once they are read.
  private static let mostKept = 64
  /// Samples whose `pooled` rows are read at a time.
  private static let pooledBlock = 4_096

  /// A reader over samples.
  ///
  /// - Parameters:
  ///   - units: The group; at least one.
  ///   - layer: Their layer.
  ///   - pool: What a whole channel is taken for.
  ///   - place: The data set, and the positions in it that will be asked for.
  ///   - setting: How to look things up.
  ///   - store: The warehouse.
  /// - Throws: `QueryError` or `WarehouseError` if units have to be computed again and cannot.
  init(
    _ units: [NeuronUnit], of layer: NeuronLayer, pool: ChannelIndex.Pool,
    at place: (dataset: Int64, positions: [Int]), _ setting: NeuronSetting, in store: Store
  ) throws {
    (self.units, self.layer, self.pool, self.store) = (units, layer, pool, store)
    dataset = place.dataset
    index = setting.usesIndex ? try store.channelIndex(key: layer.key, dataset: dataset) : nil
    if index?.channels != layer.channels { index = nil }
    let pooled = try store.stretches(key: layer.key, tier: .pooled, dataset: dataset)
    hasPooled = UnitReader.covers(pooled.map(\.positions), place.positions)
    guard units.contains(where: { $0.place != nil }) || !(hasPooled || index != nil) else {
      (source, lists) = (nil, nil)
      return
    }
    let maps = try store.stretches(key: layer.key, tier: .maps, dataset: dataset)
    let isExact = maps.allSatisfy { $0.type == .f32 }
    // What is stored of channels is exact; from rounded maps they would not be.
    let needsExact = !(hasPooled || index != nil) && units.contains { $0.place == nil }
    if UnitReader.covers(maps.map(\.positions), place.positions), isExact || !needsExact {
      source = StoredMaps(store: store, layer: layer, dataset: dataset, isExact: isExact)
    } else {
      source = try RecomputedMaps(layer, dataset: dataset, threads: setting.threads, in: store)
    }
    let found = setting.usesIndex ? try store.positionIndex(key: layer.key, dataset: dataset) : nil
    lists = found?.origin == source?.origin ? found : nil
  }

  /// Whether all activations are at hand.
  var isExact: Bool { source == nil }

  /// Calls `body` with bounds of each unit in turn, for one stretch of samples after the other.
  ///
  /// - Parameters:
  ///   - positions: Ascending.
  ///   - body: Called with indices of the positions, the unit's index and its bounds there.
  /// - Throws: `QueryError` or `WarehouseError` if stored rows cannot be read; what `body` throws.
  func forEachBound(
    over positions: [Int], _ body: (Range<Int>, Int, UnitBounds) throws -> Void
  ) throws {
    let step = index == nil ? UnitReader.pooledBlock : max(1, positions.count)
    for start in stride(from: 0, to: positions.count, by: step) {
      let range = start..<min(positions.count, start + step)
      let block = Array(positions[range])
      let pooled = try pooled(block)
      for (number, unit) in units.enumerated() {
        try body(range, number, try bounds(of: unit, at: block, pooled))
      }
    }
  }

  /// The activations of samples, a column a unit.
  func values(of positions: [Int]) throws -> [[Float]] {
    let pooled = try pooled(positions)
    var columns: [[Float]?] = try units.map { unit in
      unit.place == nil ? try channel(unit.channel, at: positions, pooled) : nil
    }
    let open = units.indices.filter { columns[$0] == nil }
    guard !open.isEmpty else { return columns.compactMap { $0 } }
    let rows = try resolve(positions, open.map { units[$0] })
    for (index, unit) in open.enumerated() {
      columns[unit] = rows.map { $0[index] }
    }
    return columns.compactMap { $0 }
  }

  private func resolve(_ positions: [Int], _ open: [NeuronUnit]) throws -> [[Float]] {
    guard let source else {
      throw QueryError.failed(
        "the index of layer \(layer.name) of \(layer.model) is damaged: run lethe neurons index "
          + layer.name)
    }
    let todo = positions.filter { resolved[$0] == nil }
    let found =
      todo.isEmpty
      ? [] : try source.values(of: todo, units: open, pool: pool, size: layer.positions)
    account.resolved += todo.count
    var rows: [Int: [Float]] = [:]
    for (row, position) in todo.enumerated() {
      rows[position] = Array(found[row * open.count..<(row + 1) * open.count])
    }
    let all = positions.map { rows[$0] ?? resolved[$0] ?? [] }
    if open.count <= UnitReader.mostKept { resolved.merge(rows) { $1 } }
    return all
  }

  // MARK: Bounds

  private func bounds(
    of unit: NeuronUnit, at positions: [Int], _ pooled: [Float]
  ) throws -> UnitBounds {
    let known = try channel(unit.channel, at: positions, pooled, unit.place == nil ? pool : .max)
    guard let place = unit.place else {
      return known.map(UnitBounds.init) ?? UnitBounds(unknown: positions.count)
    }
    var bounds = UnitBounds(unknown: positions.count)
    let largest = known?.reduce(0) { max($0, abs($1)) }
    let slack = (source?.slack ?? 0) * (largest ?? 0)
    if let known, source?.isBelowMaximum == true { bounds.upper = known.map { $0 + slack } }
    guard let lists, slack == 0 || largest != nil, let list = lists.lists(of: unit.channel),
      list.indices.contains(place),
      let members = RankList.decode(list[place].bytes, count: lists.samples)
    else { return bounds }
    account.lists += 1
    bounds.restrict(positions, to: Set(members), above: list[place].threshold, slack: slack)
    return bounds
  }

  /// A channel of samples; nil if neither an index nor `pooled` has it.
  private func channel(
    _ channel: Int, at positions: [Int], _ pooled: [Float], _ wanted: ChannelIndex.Pool? = nil
  ) throws -> [Float]? {
    // The mean of one position is its maximum.
    let pool = layer.positions == 1 ? .max : wanted ?? pool
    if index != nil {
      let key = channel * 2 + (pool == .max ? 1 : 0)
      if let column = columns[key] { return positions.map { column[$0] } }
      if let column = index?.column(channel, pool), let last = positions.max(), last < column.count
      {
        account.columns += 1
        if units.count <= UnitReader.mostKept { columns[key] = column }
        return positions.map { column[$0] }
      }
      // Damaged: as if it were not there.
      index = nil
      guard hasPooled else { return nil }
      return try self.channel(channel, at: positions, try self.pooled(positions), pool)
    }
    guard hasPooled else { return nil }
    let part = pool == .max ? 1 : 0
    return positions.indices.map { pooled[($0 * layer.channels + channel) * 2 + part] }
  }

  /// The `pooled` rows of samples, unless an index has them.
  private func pooled(_ positions: [Int]) throws -> [Float] {
    guard index == nil, hasPooled, !positions.isEmpty else { return [] }
    let rows = try layer.pooled(of: positions, dataset: dataset, in: store)
    account.pooledRows += positions.count
    return rows
  }

  /// Whether ascending stretches hold every position.
  static func covers(_ stretches: [Range<Int>], _ positions: [Int]) -> Bool {
    var stretch = 0
    for position in positions.sorted() {
      while stretch < stretches.count, stretches[stretch].upperBound <= position { stretch += 1 }
      guard stretch < stretches.count, stretches[stretch].contains(position) else { return false }
    }
    return true
  }
}
