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
  private var bounds: [TableFunctionBounds] = []

  /// Samples to go through, the current one first, and the last one that is wanted.
  private var samples: ArraySlice<SamplePlaces.Place> = []
  private var lastSample = Int64.max
  private var stretch: ActivationLayer.Stretch?
  private var block: ActivationBlock?
  private var channel = 0

  init(_ kind: ActivationTable.Kind, _ reader: ActivationReader) {
    self.kind = kind
    self.reader = reader
  }

  func restrict(to bounds: [TableFunctionBounds]) { self.bounds = bounds }

  func start(arguments: [SQLiteValue], equal: [SQLiteValue?]) throws {
    try noting {
      samples = []
      if arguments != self.arguments { try resolve(arguments) }
      guard let ids = WholeNumbers.wanted(equal[0], bounds[0]) else { return }
      channels = allChannels
      if kind == .pooled {
        guard let wanted = WholeNumbers.wanted(equal[1], bounds[1]) else { return }
        let least = max(Int64(allChannels.lowerBound), wanted.lowerBound)
        let greatest = min(Int64(allChannels.upperBound) - 1, wanted.upperBound)
        guard least <= greatest else { return }
        channels = Int(least)..<Int(greatest) + 1
      }
      lastSample = ids.upperBound
      if ids.lowerBound == ids.upperBound {
        samples = try reader.places.sample(ids.lowerBound).map { [$0] } ?? []
      } else {
        samples = try reader.places.samples(from: ids.lowerBound)
      }
      try settle()
    }
  }

  func advance() throws {
    channel += 1
    guard channel >= channels.upperBound else { return }
    try noting {
      try leaveSample()
      try settle()
    }
  }

  var isAtEnd: Bool { samples.isEmpty }

  var rowID: Int64 {
    guard let sample = samples.first?.sample else { return 0 }
    return sample &* Int64(allChannels.upperBound) &+ Int64(channel)
  }

  func value(at column: Int) -> SQLiteValue {
    guard let current = samples.first, let block else { return .null }
    switch (kind, column) {
    case (_, 0): return .integer(current.sample)
    case (.pooled, 1): return .integer(Int64(channel))
    default:
      let part = kind == .pooled ? column - 2 : 0
      return .real(Double(block.value(position: current.position, channel: channel, part: part)))
    }
  }

  /// Goes on to the first sample that is wanted and stored, and reads it.
  private func settle() throws {
    channel = channels.lowerBound
    guard let layer else { return samples = [] }
    while let next = samples.first {
      guard next.sample <= lastSample else { return samples = [] }
      if try read(next, of: layer) { return }
      try leaveSample()
    }
  }

  /// Goes on to the next sample, which may lie on another page.
  private func leaveSample() throws {
    guard let left = samples.popFirst(), samples.isEmpty, left.sample < lastSample else { return }
    try reader.check()
    samples = try reader.places.samples(from: left.sample + 1)
  }

  /// Reads what holds a sample, unless that was read last; false if it is not stored.
  private func read(_ sample: SamplePlaces.Place, of layer: ActivationLayer) throws -> Bool {
    let (dataset, position) = (sample.dataset, sample.position)
    if let block, block.dataset == dataset, block.positions.contains(position),
      block.channels.lowerBound <= channels.lowerBound,
      block.channels.upperBound >= channels.upperBound
    {
      return true
    }
    if stretch?.dataset != dataset || stretch?.positions.contains(position) != true {
      stretch = layer.stretch(of: position, dataset: dataset)
    }
    guard let stretch else { return false }
    block = try reader.block(
      ActivationRequest(
        key: layer.key, tier: layer.tier, channels: reader.channels(channels, of: layer),
        place: place, stretch: stretch.block(of: position, step: reader.step(of: layer))),
      of: layer)
    return true
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
    (layer, stretch, block) = (nil, nil, nil)
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
    guard let number = WholeNumbers.equal(to: value), number >= 0, number < end else {
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
}
