internal import Compute

/// One measure of one action unit in one layer, before and after.
struct CompareCell {
  let layer: String
  let au: Int
  let measure: CompareQuestion.Measure
  let n: Int
  let present: Int
  let subjects: Int
  let comparison: PairedComparison
  /// Whether both models share the layer: nothing is tested.
  let isEqual: Bool
  /// After the control against `after`: what is left when the control is subtracted.
  let minusControl: PairedComparison?
  /// The difference of every repetition of the recipe, this one among them.
  let repetitions: [Double]
  /// Set IoU of the region without the action unit, before and after.
  let region: (before: Double?, after: Double?)
  /// Set IoU of the best single filter, before and after.
  let bestFilter: (before: Double?, after: Double?)

  /// The control's own difference from before.
  var controlDelta: Double? {
    guard let control = minusControl?.before, let before = comparison.before else { return nil }
    return control - before
  }

  /// What the repetitions say of the recipe; nil below five.
  var recipe: SeedTest? { SeedTest(repetitions) }
}

/// Compares the concepts of one layer.
struct CompareLayer {
  let layer: CompareModels.Layer
  let pairing: ComparePairing
  let study: PairedStudy

  /// A cell for each action unit of which both have a concept, and measure.
  func cells(_ units: [Int]) -> [CompareCell] {
    let places = units.flatMap { au in
      CompareQuestion.Measure.allCases.compactMap { measure in
        pairing.pair(layer.before, layer.after, au: au, measure: measure)
          .map { (au: au, measure: measure, pair: $0) }
      }
    }
    let pairs = places.map(\.pair)
    let comparisons = compare(layer.before, layer.after, pairs)
    let rest = minusControl(places.map { ($0.au, $0.measure) }, comparisons)
    return places.indices.map { index in
      let (au, measure, pair) = places[index]
      let before = measure == .setIoU ? pairing.record(layer.before, au) : nil
      let after = measure == .setIoU ? pairing.record(layer.after, au) : nil
      return CompareCell(
        layer: layer.name, au: au, measure: measure, n: pair.n, present: pair.present,
        subjects: pair.subjectsPresent, comparison: comparisons[index], isEqual: layer.isEqual,
        minusControl: rest?[index],
        repetitions: [comparisons[index].delta].compactMap { $0 } + repetitions(au, measure),
        region: (before?.regionIoU, after?.regionIoU),
        bestFilter: (before?.bestFilterIoU, after?.bestFilterIoU))
    }
  }

  /// The pairs of the layer that a contrast of a measure takes: those with a difference.
  func contrasted(_ units: [Int], _ measure: CompareQuestion.Measure) -> [(
    au: Int, measure: PairedMeasure
  )] {
    units.compactMap { au in
      guard CompareGroup(au).isOfPain != nil,
        let pair = pairing.pair(layer.before, layer.after, au: au, measure: measure),
        pair.measure.delta != nil
      else { return nil }
      return (au, pair.measure)
    }
  }

  private func compare(_ before: String, _ after: String, _ pairs: [ComparePairing.Pair])
    -> [PairedComparison]
  {
    guard before == after else { return study.compare(pairs.map(\.measure)) }
    return pairs.map {
      PairedComparison(
        equal: $0.measure.values.before, effectiveSubjects: $0.measure.effectiveSubjects)
    }
  }

  /// After − control: where the control's layer is that of before, the comparison itself.
  private func minusControl(
    _ places: [(Int, CompareQuestion.Measure)], _ comparisons: [PairedComparison]
  ) -> [PairedComparison?]? {
    guard let control = layer.control else { return nil }
    guard control != layer.before else { return comparisons }
    let pairs = places.map { au, measure in
      pairing.pair(control, layer.after, au: au, measure: measure)
    }
    let found = compare(control, layer.after, pairs.compactMap { $0 })
    var next = 0
    return pairs.map { pair in
      guard pair != nil else { return nil }
      next += 1
      return found[next - 1]
    }
  }

  private func repetitions(_ au: Int, _ measure: CompareQuestion.Measure) -> [Double] {
    layer.repetitions.compactMap {
      pairing.pair($0.before, $0.after, au: au, measure: measure)?.measure.delta
    }
  }
}
