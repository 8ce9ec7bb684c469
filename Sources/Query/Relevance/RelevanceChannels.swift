internal import Compute
internal import SQLite
public import Warehouse

/// Which channels of a layer carried the decision before and after.
public struct RelevanceChannelsQuestion: Sendable, Equatable {
  /// The comparison that it belongs to.
  public var compare: RelevanceCompareQuestion
  /// The layer.
  public var layer: String
  /// Only samples of this outcome; nil for all.
  public var outcome: Outcome? = .forgotten
  /// Threads to use; they do not change a bit.
  public var threads = 1

  /// A question about a layer of two models.
  public init(_ compare: RelevanceCompareQuestion, layer: String) {
    self.compare = compare
    self.layer = layer
  }
}

extension ReadOnlySession {
  /// A row a channel: its mean share of the relevance that passed the layer, before and after.
  ///
  /// A sample's shares are sums over positions over the sum of their magnitudes over channels. Both
  /// networks are run on the stored inputs of the samples; nothing is kept. Sorted by the size of the
  /// change.
  ///
  /// - Parameters:
  ///   - question: What is asked.
  ///   - store: The warehouse whose catalogue the session reads.
  /// - Returns: The rows, notes and statements.
  /// - Throws: `QueryError` if a name is unknown or no sample is selected, `WarehouseError` if inputs
  ///   are not stored.
  public func relevanceChannels(
    _ question: RelevanceChannelsQuestion, of store: Store
  ) throws -> Answer {
    let asked = question.compare
    let (before, after) = try pair(asked.before, asked.after)
    let scope = try SampleScope(
      asked.selection, task: before.task, models: [before.name, after.name], in: self)
    let statement = question.statement(scope)
    var samples: [(item: Sample, subject: String)] = []
    try forEachRow(of: statement) { row in
      guard let sample = row[0].int, let position = row[1].int else { return true }
      samples.append(
        (
          Sample(
            sample: sample, position: position, label: row[3].string, before: row[4].string,
            after: row[5].string), row[2].string ?? ""
        ))
      return true
    }
    guard !samples.isEmpty else {
      let which = question.outcome.map { "\($0.rawValue) " } ?? ""
      throw QueryError.nothingFound("there is no \(which)sample over \(scope.name)")
    }
    let dataset = try datasetID(scope.dataset)
    let shares = try [(before, \Sample.before), (after, \Sample.after)].map { card, prediction in
      try channelShares(
        card, samples.map { ($0.item, $0.item[keyPath: prediction]) }, question, dataset, store)
    }
    guard let channels = shares[0].first?.count, channels == shares[1].first?.count else {
      throw QueryError.usage(
        "\(question.layer) has another number of channels in \(after.name) than in \(before.name)")
    }
    let table = question.table(shares, subjects: samples.map(\.subject), channels: channels)
    return Answer(
      table,
      notes: [
        Notes.scope(
          scope, samples: samples.count, subjects: Set(samples.map(\.subject)).count)
      ], statements: [statement])
  }

  /// A sample with its label and what both models took it for.
  fileprivate struct Sample {
    let sample: Int
    let position: Int
    let label: String?
    let before: String?
    let after: String?
  }

  private func channelShares(
    _ card: ModelCard, _ samples: [(item: Sample, predicted: String?)],
    _ question: RelevanceChannelsQuestion, _ dataset: Int64, _ store: Store
  ) throws -> [[Double]] {
    let start = try RelevanceStart(question.compare.method.target, of: card)
    let items = try samples.map { sample, predicted in
      guard let found = start.of(label: sample.label, predicted: predicted) else {
        throw QueryError.usage(
          "sample \(sample.sample) has no label that \(card.name) knows: name a class by --target")
      }
      return RelevancePlan.Item(
        sample: Int64(sample.sample), position: sample.position, target: found.target,
        name: found.name)
    }
    let network = try ExplainedNetwork(
      try store.model(named: card.name), question.compare.method, in: store,
      threads: question.threads)
    _ = try network.stored.graph.layer(named: question.layer)
    var shares: [Int64: [Double]] = [:]
    for batch in RelevanceRun.batches(of: items) {
      try checkInterrupted()
      try network.explain(batch, dataset: dataset, in: store, channelsOf: question.layer) {
        item, found in
        let whole = found.channels.reduce(0) { $0 + abs($1) }
        shares[item.sample] = found.channels.map { whole > 0 ? $0 / whole : 0 }
      }
    }
    return items.compactMap { shares[$0.sample] }
  }
}

extension RelevanceChannelsQuestion {
  fileprivate func statement(_ scope: SampleScope) -> SQLStatement {
    let condition = outcome.map { "\n  AND t.outcome = '\($0.rawValue)'" } ?? ""
    return SQLStatement(
      """
      SELECT t.sample_id, s.position, t.subject, t.label, t.predicted_before, t.predicted_after
      FROM transitions t JOIN sample s ON s.id = t.sample_id
      WHERE t.before = :before AND t.after = :after\(condition)\(scope.conditions("t."))
      ORDER BY s.position
      """,
      [.init("before", .text(compare.before)), .init("after", .text(compare.after))]
        + scope.parameters)
  }

  fileprivate func table(_ shares: [[[Double]]], subjects: [String], channels: Int) -> Table {
    let names = Set(subjects).sorted()
    let place = Dictionary(
      names.enumerated().map { ($0.element, $0.offset) }, uniquingKeysWith: { a, _ in a })
    var counts = [Int](repeating: 0, count: names.count)
    var changes = names.map { _ in [Double](repeating: 0, count: channels) }
    for (sample, subject) in subjects.enumerated() {
      let index = place[subject] ?? 0
      counts[index] += 1
      for channel in 0..<channels {
        changes[index][channel] += shares[1][sample][channel] - shares[0][sample][channel]
      }
    }
    let (fixedCounts, fixedChanges) = (counts, changes)
    let intervals = SubjectBootstrap(resamples: compare.resamples, seed: compare.seed)
      .intervals(subjects: names.count, count: channels) { drawn in
        var (sums, n) = ([Double](repeating: 0, count: channels), 0)
        for (subject, times) in drawn.enumerated() where times > 0 {
          n += Int(times) * fixedCounts[subject]
          for channel in 0..<channels {
            sums[channel] += Double(times) * fixedChanges[subject][channel]
          }
        }
        return sums.map { n > 0 ? $0 / Double(n) : nil }
      }
    let n = Double(subjects.count)
    let rows = (0..<channels).map { channel -> [Cell] in
      let before = shares[0].reduce(0) { $0 + $1[channel] } / n
      let after = shares[1].reduce(0) { $0 + $1[channel] } / n
      return [
        .text(compare.before), .text(compare.after), .text(layer), Cell(channel),
        Cell(subjects.count), .real(before), .real(after), .real(after - before),
        Cell(intervals[channel]?.low), Cell(intervals[channel]?.high),
      ]
    }
    return Table(
      columns: [
        "before", "after", "layer", "channel", "n", "share_before", "share_after", "delta", "lo",
        "hi",
      ],
      rows: rows.sorted { abs($0[7].double ?? 0) > abs($1[7].double ?? 0) })
  }
}
