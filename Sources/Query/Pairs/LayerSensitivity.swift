internal import Compute

/// How far one action unit moves the channel means of a layer.
struct LayerSensitivity {
  /// ‖a_with − a_without‖ / ‖a_without‖ of each pair; nil where no channel answers without.
  let changes: [Double?]
  /// The same between pictures of different pairs.
  let noise: Double?

  /// Reads the channel means of each pair.
  init(_ layer: PairLayer, _ measure: PairMeasure, _ check: () throws -> Void) throws {
    var changes: [Double?] = []
    try measure.reader.forEachPair(layer.key, channels: layer.channels, check) { _, off, on in
      changes.append(relativeDistance(off, on))
    }
    self.changes = changes
    noise = try measure.reader.noise(
      layer.key, channels: layer.channels, seed: measure.question.seed)
  }
}

extension ReadOnlySession {
  /// A row for each model, layer and action unit.
  func layerChanges(
    _ models: [ModelCard], _ measure: PairMeasure, _ scope: SampleScope
  ) throws -> Table {
    var table = Table(columns: [
      "model", "dataset", "split", "layer", "au", "n", "change", "lo", "hi", "noise", "ratio",
    ])
    // Variants share what was computed before they part.
    var known: [String: [[Cell]]] = [:]
    for model in models {
      for layer in try pairLayers(of: model, named: measure.question.layers) {
        let rows = try known[layer.key] ?? layerRows(layer, measure)
        known[layer.key] = rows
        let head: [Cell] = [
          .text(model.name), .text(scope.dataset), .text(scope.split.rawValue), .text(layer.name),
        ]
        table.rows += rows.map { head + $0 }
      }
    }
    return table
  }

  private func layerRows(_ layer: PairLayer, _ measure: PairMeasure) throws -> [[Cell]] {
    let found = try LayerSensitivity(layer, measure, checkInterrupted)
    let sums = measure.sums(width: 1) { pair, _ in found.changes[pair] }
    let intervals = sums.intervals(measure.bootstrap)
    return measure.units.enumerated().map { index, unit in
      let change = sums.mean(index)
      let ratio = found.noise.flatMap { noise in
        change.flatMap { noise > 0 ? $0 / noise : nil }
      }
      return [Cell(unit), Cell(sums.count(index)), Cell(change)] + cells(intervals[index])
        + [Cell(found.noise), Cell(ratio)]
    }
  }

  /// A row for each layer that two models have, and action unit.
  ///
  /// A layer that both share is the same in both: it differs by nothing and is not tested.
  func layerDifferences(
    _ models: [ModelCard], _ measure: PairMeasure, _ scope: SampleScope
  ) throws -> Table {
    let (before, after) = (models[0], models[1])
    let later = try pairLayers(of: after, named: measure.question.layers)
    var table = Table(columns: [
      "before", "after", "dataset", "split", "layer", "au", "n", "change_before", "change_after",
      "difference", "lo", "hi", "p", "p_holm", "noise_before", "noise_after",
    ])
    var tests: [Double?] = []
    for layer in try pairLayers(of: before, named: measure.question.layers) {
      guard let other = later.first(where: { $0.name == layer.name }) else { continue }
      let isShared = other.key == layer.key
      let one = try LayerSensitivity(layer, measure, checkInterrupted)
      let two = isShared ? one : try LayerSensitivity(other, measure, checkInterrupted)
      let both = measure.sums(width: 3) { pair, measure in
        guard let first = one.changes[pair], let second = two.changes[pair] else { return nil }
        return [first, second, second - first][measure]
      }
      let intervals = both.intervals(measure.bootstrap)
      for (index, unit) in measure.units.enumerated() {
        let place = 3 * index
        tests.append(isShared ? nil : both.pValue(place + 2, measure.question))
        let head: [Cell] = [
          .text(before.name), .text(after.name), .text(scope.dataset),
          .text(scope.split.rawValue), .text(layer.name), Cell(unit), Cell(both.count(place)),
        ]
        table.rows.append(
          head + (0..<3).map { Cell(both.mean(place + $0)) } + cells(intervals[place + 2])
            + [.null, .null, Cell(one.noise), Cell(two.noise)])
      }
    }
    guard !table.rows.isEmpty else {
      throw QueryError.nothingFound(
        "\(before.name) and \(after.name) have no layer of the same name")
    }
    for (row, adjusted) in Holm.adjust(tests).enumerated() {
      table.rows[row].replaceSubrange(12..<14, with: [Cell(tests[row]), Cell(adjusted)])
    }
    return table
  }
}
