internal import SQLite
internal import Warehouse

/// A reading of `activations` or `activation_at`: a stretch of samples at a time.
final class ActivationCursor: TableFunctionCursor {
  private let kind: ActivationTable.Kind
  private let reader: ActivationReader

  private var arguments: [SQLiteValue] = []
  private var layer: ActivationLayer?
  /// Channels that exist for the arguments, and those that the statement wants.
  private var allChannels = 0..<0
  private var channels = 0..<0
  private var place: Int?
  /// A stretch of the layer, and the position to go on from within it.
  private var next: (stretch: Int, position: Int)?

  private var block: ActivationBlock?
  private var rows = 0..<0
  private var row = 0
  private var channel = 0

  init(_ kind: ActivationTable.Kind, _ reader: ActivationReader) {
    self.kind = kind
    self.reader = reader
  }

  func start(arguments: [SQLiteValue], equal: [SQLiteValue?]) throws {
    try noting {
      next = nil
      rows = 0..<0
      if arguments != self.arguments { try resolve(arguments) }
      guard let layer, let wanted = wantedChannels(kind == .pooled ? equal[1] : nil) else { return }
      if wanted != channels {
        channels = wanted
        block = nil
      }
      switch Wanted(equal[0]) {
      case .nothing: return
      case .all:
        next = (0, layer.stretches[0].positions.lowerBound)
        try readOn()
      case .exactly(let sample): try find(sample, layer)
      }
    }
  }

  func advance() throws {
    channel += 1
    guard channel >= channels.upperBound else { return }
    channel = channels.lowerBound
    row += 1
    if row >= rows.upperBound { try noting { try readOn() } }
  }

  var isAtEnd: Bool { row >= rows.upperBound }

  var rowID: Int64 {
    guard let block, row < block.ids.count else { return 0 }
    return block.ids[row] &* Int64(allChannels.upperBound) &+ Int64(channel)
  }

  func value(at column: Int) -> SQLiteValue {
    guard let block, row < block.ids.count else { return .null }
    switch (kind, column) {
    case (_, 0): return .integer(block.ids[row])
    case (.pooled, 1): return .integer(Int64(channel))
    default:
      let part = kind == .pooled ? column - 2 : 0
      return .real(Double(block.value(row: row, channel: channel, part: part)))
    }
  }

  /// Keeps an error in full for the session: SQLite carries its text alone.
  private func noting(_ body: () throws -> Void) throws {
    do { try body() } catch {
      if let error = error as? QueryError { reader.failure = error }
      if let error = error as? WarehouseError {
        reader.failure = .failed(error.description)
      }
      throw error
    }
  }

  private func resolve(_ arguments: [SQLiteValue]) throws {
    self.arguments = []
    (layer, block) = (nil, nil)
    let found = try reader.layer(
      model: try name(arguments[0], "model"), layer: try name(arguments[1], "layer"),
      tier: kind == .pooled ? .pooled : .maps)
    if kind == .position {
      let channel = try index(arguments[2], "channel", below: found.channels, found)
      let y = try index(arguments[3], "row (y)", below: found.height, found)
      let x = try index(arguments[4], "column (x)", below: found.width, found)
      allChannels = channel..<channel + 1
      place = y * found.width + x
    } else {
      allChannels = 0..<found.channels
      place = nil
    }
    layer = found
    self.arguments = arguments
  }

  private func name(_ value: SQLiteValue, _ argument: String) throws -> String {
    guard let name = value.string else {
      throw QueryError.usage("the argument \(argument) must be a text")
    }
    return name
  }

  private func index(
    _ value: SQLiteValue, _ what: String, below end: Int, _ layer: ActivationLayer
  ) throws -> Int {
    guard case .exactly(let number) = Wanted(value), number >= 0, number < end else {
      let given =
        switch value {
        case .integer(let number): "\(number)"
        case .real(let number): "\(number)"
        case .text(let text): "'\(text)'"
        default: "of these bytes"
        }
      throw QueryError.usage(
        "there is no \(what) \(given) in layer \(layer.name) of \(layer.model): "
          + "0 to \(end - 1) are there")
    }
    return Int(number)
  }

  /// The channels to read; nil for none.
  private func wantedChannels(_ value: SQLiteValue?) -> Range<Int>? {
    switch Wanted(value) {
    case .all: return allChannels
    case .nothing: return nil
    case .exactly(let number):
      guard let channel = Int(exactly: number), allChannels.contains(channel) else { return nil }
      return channel..<channel + 1
    }
  }

  /// Goes to the next samples of a scan.
  private func readOn() throws {
    (row, rows, channel) = (0, 0..<0, channels.lowerBound)
    guard let layer else { return }
    let step = reader.step(of: layer, channels: channels.count)
    while rows.isEmpty, let from = next {
      let stretch = layer.stretches[from.stretch]
      let end = min(stretch.positions.upperBound, from.position + step)
      next = (from.stretch, end)
      if end == stretch.positions.upperBound {
        let following = from.stretch + 1
        next =
          following < layer.stretches.count
          ? (following, layer.stretches[following].positions.lowerBound) : nil
      }
      let read = try read(
        .init(dataset: stretch.dataset, positions: from.position..<end), of: layer)
      (block, rows) = (read, 0..<read.ids.count)
    }
  }

  /// Goes to one sample: within what was read last if it lies there.
  private func find(_ sample: Int64, _ layer: ActivationLayer) throws {
    (row, channel) = (0, channels.lowerBound)
    if block?.rows[sample] == nil {
      guard let (dataset, position) = try reader.place(of: sample),
        let stretch = layer.stretch(of: position, dataset: dataset)
      else { return }
      // Rows of `pooled` are small and stored many to a chunk, those of `maps` are not.
      let step = kind == .pooled ? reader.step(of: layer, channels: channels.count) : 1
      let start = position - (position - stretch.positions.lowerBound) % step
      let end = min(stretch.positions.upperBound, start + step)
      block = try read(.init(dataset: dataset, positions: start..<end), of: layer)
    }
    guard let found = block?.rows[sample] else { return }
    (row, rows) = (found, found..<found + 1)
  }

  private func read(_ stretch: ActivationLayer.Stretch, of layer: ActivationLayer) throws
    -> ActivationBlock
  {
    try reader.block(
      ActivationRequest(
        key: layer.key, tier: layer.tier, channels: channels, place: place, stretch: stretch),
      of: layer)
  }
}

/// Which whole numbers equal a value.
private enum Wanted {
  case all
  case nothing
  case exactly(Int64)

  init(_ value: SQLiteValue?) {
    switch value {
    case nil: self = .all
    case .integer(let number): self = .exactly(number)
    case .real(let number): self = Int64(exactly: number).map { .exactly($0) } ?? .nothing
    // SQLite may compare a text with a number as a number.
    case .text: self = .all
    case .null, .blob: self = .nothing
    }
  }
}
