internal import Compute
internal import Foundation

/// What one action unit does to the logits of a model.
struct LogitSensitivity {
  let classes: Int
  /// [pairs][2·classes + 1]: Δ of each logit, Δ of each probability, and 1 where the prediction
  /// changes, 0 where it does not.
  private let values: [[Double]]

  /// Measures of a pair.
  var width: Int { 2 * classes + 1 }

  /// Reads the logits of each pair.
  init(_ layer: PairLayer, _ reader: PairReader, _ check: () throws -> Void) throws {
    classes = layer.channels
    var values: [[Double]] = []
    try reader.forEachPair(layer.key, channels: layer.channels, check) { _, off, on in
      let (before, after) = (softmax(off), softmax(on))
      let changes = zip(off, on).map { $1 - $0 } + zip(before, after).map { $1 - $0 }
      values.append(changes + [strongest(off) == strongest(on) ? 0 : 1])
    }
    self.values = values
  }

  func value(_ pair: Int, _ measure: Int) -> Double { values[pair][measure] }
}

/// exp(x) / Σ exp(x), without overflow.
private func softmax(_ logits: ArraySlice<Double>) -> [Double] {
  let greatest = logits.max() ?? 0
  let powers = logits.map { exp($0 - greatest) }
  let sum = powers.reduce(0, +)
  return powers.map { $0 / sum }
}

/// Which logit is the greatest; the first of equal ones.
private func strongest(_ logits: ArraySlice<Double>) -> Int {
  var best = logits.startIndex
  for index in logits.indices where logits[index] > logits[best] { best = index }
  return best - logits.startIndex
}

extension ReadOnlySession {
  /// A row for each model, action unit and class.
  func logits(_ models: [ModelCard], _ measure: PairMeasure, _ scope: SampleScope) throws -> Table {
    var table = Table(columns: [
      "model", "dataset", "split", "au", "class", "n", "delta_logit", "lo", "hi", "delta_p",
      "delta_p_lo", "delta_p_hi", "changed", "changed_lo", "changed_hi",
    ])
    for model in models {
      let found = try LogitSensitivity(
        logitLayer(of: model), measure.reader, checkInterrupted)
      let sums = measure.sums(width: found.width, found.value)
      let intervals = sums.intervals(measure.bootstrap)
      for (index, unit) in measure.units.enumerated() {
        let (first, changed) = (index * found.width, (index + 1) * found.width - 1)
        for (place, name) in model.classes.enumerated() {
          let (logit, p) = (first + place, first + found.classes + place)
          let head: [Cell] = [
            .text(model.name), .text(scope.dataset), .text(scope.split.rawValue), Cell(unit),
            .text(name), Cell(sums.count(logit)),
          ]
          table.rows.append(
            head + [logit, p, changed].flatMap { [Cell(sums.mean($0))] + cells(intervals[$0]) })
        }
      }
    }
    return table
  }

  /// A row for each action unit and class of two models of one task.
  func logitDifferences(
    _ models: [ModelCard], _ measure: PairMeasure, _ scope: SampleScope
  ) throws -> Table {
    let (before, after) = (models[0], models[1])
    guard before.task == after.task, before.classes == after.classes else {
      throw QueryError.usage(
        "\(before.name) and \(after.name) answer different tasks (\(before.task), \(after.task)): "
          + "their logits cannot be compared; ask --by layer, or one model at a time")
    }
    let one = try LogitSensitivity(logitLayer(of: before), measure.reader, checkInterrupted)
    let two = try LogitSensitivity(logitLayer(of: after), measure.reader, checkInterrupted)
    let ofOne = measure.sums(width: one.width, one.value)
    let ofTwo = measure.sums(width: two.width, two.value)
    let differences = measure.sums(width: one.classes) { two.value($0, $1) - one.value($0, $1) }
    let intervals = differences.intervals(measure.bootstrap)
    let p = (0..<differences.measures).map { differences.pValue($0, measure.question) }
    let adjusted = Holm.adjust(p)
    var table = Table(columns: [
      "before", "after", "dataset", "split", "au", "class", "n", "delta_logit_before",
      "delta_logit_after", "difference", "lo", "hi", "p", "p_holm", "delta_p_before",
      "delta_p_after", "changed_before", "changed_after",
    ])
    for (index, unit) in measure.units.enumerated() {
      let (first, changed) = (index * one.width, (index + 1) * one.width - 1)
      for (place, name) in before.classes.enumerated() {
        let row = index * one.classes + place
        let probability = first + one.classes + place
        let head: [Cell] = [
          .text(before.name), .text(after.name), .text(scope.dataset),
          .text(scope.split.rawValue), Cell(unit), .text(name), Cell(differences.count(row)),
        ]
        let test =
          [Cell(differences.mean(row))] + cells(intervals[row]) + [
            Cell(p[row]), Cell(adjusted[row]),
          ]
        table.rows.append(
          head + [Cell(ofOne.mean(first + place)), Cell(ofTwo.mean(first + place))] + test
            + [probability, changed].flatMap { [Cell(ofOne.mean($0)), Cell(ofTwo.mean($0))] })
      }
    }
    return table
  }
}
