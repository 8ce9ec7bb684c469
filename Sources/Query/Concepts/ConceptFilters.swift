internal import Compute
public import Warehouse

extension ReadOnlySession {
  /// The channels that carry an action unit most in each layer and model, and how the weights turned.
  ///
  /// A row a model, layer and channel, the greatest weights first. `first_weight` is the channel's
  /// weight in the first model, `cosine` that of the two weight vectors; `filter_iou` the set IoU of
  /// up(1[a > T]) > ½ of the channel alone over evaluated samples with the action unit. Channels
  /// of variants of one network are the same units, so that their weights can be compared.
  ///
  /// - Parameters:
  ///   - request: What is wanted, of one action unit.
  ///   - count: How many channels of each layer.
  ///   - store: The warehouse whose catalogue the session reads.
  ///   - progress: Called while concepts that are not stored are computed.
  /// - Returns: The rows, notes and statements.
  /// - Throws: As `concepts`.
  public func conceptFilters(
    _ request: ConceptRequest, count: Int, of store: Store,
    progress: ConceptProgress = { _, _, _ in }
  ) throws -> Answer {
    let set = try concepts(request, of: store, progress: progress)
    guard let au = set.units.first, let first = set.places.first?.model else {
      throw QueryError.nothingFound("no action unit has a mask")
    }
    let filters = try ConceptFilters(request, set, au: au, of: store, in: self)
    var table = Table(columns: ConceptFilters.columns)
    for place in set.places {
      try checkInterrupted()
      guard let record = set.record(model: place.model, layer: place.layer, au: au) else {
        continue
      }
      let origin = set.record(model: first, layer: place.layer, au: au)?.weights ?? []
      let top = ConceptFilters.greatest(record.weights, count)
      let ious = try filters.ious(of: top, in: place)
      let cosine = ConceptFilters.cosine(origin, record.weights)
      table.rows += top.indices.map { rank in
        let channel = top[rank]
        return [
          .text(place.model), .text(place.layer), Cell(au), .text(set.dataset), .text(set.split),
          Cell(rank + 1), Cell(channel), .real(record.weights[channel]), Cell(ious[rank]),
          origin.count == record.weights.count ? .real(origin[channel]) : .null, Cell(cosine),
          Cell(record.setIoU),
        ]
      }
    }
    let empty = table.rows.isEmpty ? ["nothing was fitted for AU\(au)"] : []
    return Answer(table, notes: set.notes + empty, statements: set.statements)
  }
}

/// Set IoUs of single channels over the evaluated samples with an action unit.
private final class ConceptFilters {
  static let columns = [
    "model", "layer", "au", "dataset", "split", "rank", "channel", "weight", "filter_iou",
    "first_weight", "cosine", "set_iou",
  ]

  private var work: ConceptWork
  private let au: Int
  private var known: [String: [Int: Double?]] = [:]

  init(
    _ request: ConceptRequest, _ set: ConceptSet, au: Int, of store: Store,
    in session: ReadOnlySession
  ) throws {
    let selection = Selection(dataset: set.dataset, split: SplitChoice(rawValue: set.split))
    let scope = try SampleScope(unlabelled: selection, task: "", models: [], in: session)
    work = ConceptWork(
      request: request, store: store, scope: scope, dataset: try session.datasetID(set.dataset),
      samples: try ConceptSamples(scope, in: session), units: [au], limits: session.limits)
    self.au = au
  }

  /// The set IoU of each of some channels.
  func ious(of channels: [Int], in place: ConceptPlace) throws -> [Double?] {
    var found = known[place.key] ?? [:]
    let left = channels.filter { found[$0] == nil }
    if !left.isEmpty {
      for (channel, iou) in zip(left, try work.filterIoUs(au, of: left, in: place)) {
        found[channel] = .some(iou)
      }
      known[place.key] = found
    }
    return channels.map { found[$0] ?? nil }
  }

  /// Indices of the greatest weights, of equal ones the first.
  static func greatest(_ weights: [Double], _ count: Int) -> [Int] {
    let order = weights.indices.sorted { (weights[$0], $1) > (weights[$1], $0) }
    return Array(order.prefix(max(0, count)))
  }

  /// The cosine of two vectors; nil where one is 0 or they differ in length.
  static func cosine(_ a: [Double], _ b: [Double]) -> Double? {
    guard a.count == b.count else { return nil }
    let product = zip(a, b).reduce(0) { $0 + $1.0 * $1.1 }
    let norms = [a, b].map { $0.reduce(0) { $0 + $1 * $1 }.squareRoot() }
    let scale = norms[0] * norms[1]
    return scale > 0 ? min(1, max(-1, product / scale)) : nil
  }
}
