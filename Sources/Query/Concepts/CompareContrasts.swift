internal import Compute

/// The hypothesis that action units of pain and those of emotion fare differently: mean Δ over the
/// former minus mean Δ over the latter, as one statistic, for each layer and over layers.
struct CompareContrasts {
  /// The contrast of one measure in one layer, or over layers.
  struct Item {
    /// Nil over layers.
    let layer: String?
    let measure: CompareQuestion.Measure
    let pain: [Int]
    let emotion: [Int]
    /// Mean Δ of each group.
    let means: (pain: Double, emotion: Double)
    let contrast: PairedContrast
    /// The contrast in each repetition of the recipe, this one among them.
    let repetitions: [Double]

    var recipe: SeedTest? { SeedTest(repetitions) }
  }

  let items: [Item]

  /// Tests the layers that differ, and for each measure their mean if there are several.
  init(_ answer: CompareAnswer, _ check: () throws -> Void) throws {
    var items: [Item] = []
    let measures = answer.question.shownMeasures
    for layer in answer.models.layers where !layer.isEqual {
      try check()
      for measure in measures {
        if let item = CompareContrasts.item(layer, measure, answer) { items.append(item) }
      }
    }
    for measure in measures {
      let parts = items.filter { $0.measure == measure && $0.layer != nil }
      guard parts.count > 1, let mean = PairedContrast.mean(parts.map(\.contrast)) else { continue }
      items.append(CompareContrasts.overLayers(parts, mean))
    }
    self.items = items
  }

  private static func item(
    _ layer: CompareModels.Layer, _ measure: CompareQuestion.Measure, _ answer: CompareAnswer
  ) -> Item? {
    let units = answer.pairing.units
    let part = CompareLayer(layer: layer, pairing: answer.pairing, study: answer.study)
      .contrasted(units, measure)
    let (pain, emotion) = groups(part.map(\.au))
    guard !pain.isEmpty, !emotion.isEmpty else { return nil }
    let weights = part.map {
      CompareGroup($0.au).isOfPain == true ? 1 / Double(pain.count) : -1 / Double(emotion.count)
    }
    guard let contrast = answer.study.contrast(part.map(\.measure), weights: weights) else {
      return nil
    }
    let mean = { (wanted: [Int]) in
      part.filter { wanted.contains($0.au) }.reduce(0) { $0 + ($1.measure.delta ?? 0) }
        / Double(wanted.count)
    }
    let repetitions = layer.repetitions.compactMap { repetition -> Double? in
      let deltas = part.compactMap {
        answer.pairing.pair(repetition.before, repetition.after, au: $0.au, measure: measure)?
          .measure.delta
      }
      guard deltas.count == part.count else { return nil }
      return zip(weights, deltas).reduce(0) { $0 + $1.0 * $1.1 }
    }
    return Item(
      layer: layer.name, measure: measure, pain: pain, emotion: emotion,
      means: (mean(pain), mean(emotion)), contrast: contrast,
      repetitions: [contrast.delta] + repetitions)
  }

  private static func groups(_ units: [Int]) -> (pain: [Int], emotion: [Int]) {
    (
      units.filter { CompareGroup($0).isOfPain == true },
      units.filter { CompareGroup($0).isOfPain == false }
    )
  }

  private static func overLayers(_ parts: [Item], _ mean: PairedContrast) -> Item {
    let count = Double(parts.count)
    let seeds = parts.map(\.repetitions.count).min() ?? 0
    return Item(
      layer: nil, measure: parts[0].measure,
      pain: Set(parts.flatMap(\.pain)).sorted(), emotion: Set(parts.flatMap(\.emotion)).sorted(),
      means: (
        parts.reduce(0) { $0 + $1.means.pain } / count,
        parts.reduce(0) { $0 + $1.means.emotion } / count
      ),
      contrast: mean,
      repetitions: (0..<seeds).map { seed in
        parts.reduce(0) { $0 + $1.repetitions[seed] } / count
      })
  }
}

extension CompareContrasts {
  static let columns = [
    "before", "after", "dataset", "split", "layer", "measure", "pain_aus", "emotion_aus",
    "subjects", "delta_pain", "delta_emotion", "contrast", "lo", "hi", "p", "p_holm", "detectable",
    "seeds", "contrast_recipe", "recipe_lo", "recipe_hi", "p_recipe",
  ]

  /// A row an item; the layer is `all` over layers, which Holm leaves out as they repeat the others.
  func rows(_ answer: CompareAnswer) -> [[Cell]] {
    let adjusted = Holm.adjust(items.map { $0.layer == nil ? nil : $0.contrast.pValue })
    return items.indices.map { index in
      let item = items[index]
      let (contrast, recipe) = (item.contrast, item.recipe)
      return [
        .text(answer.question.before), .text(answer.question.after), .text(answer.dataset),
        .text(answer.split), .text(item.layer ?? "all"), .text(item.measure.rawValue),
        .text(CompareContrasts.list(item.pain)), .text(CompareContrasts.list(item.emotion)),
        Cell(answer.pairing.subjectCount), .real(item.means.pain), .real(item.means.emotion),
        .real(contrast.delta), Cell(contrast.interval?.low), Cell(contrast.interval?.high),
        Cell(contrast.pValue), Cell(adjusted[index]), Cell(contrast.detectable()),
        Cell(item.repetitions.count), Cell(recipe?.mean), Cell(recipe?.interval.low),
        Cell(recipe?.interval.high), Cell(recipe?.pValue),
      ]
    }
  }

  /// The hypothesis in a sentence, over layers where there are several.
  func notes(_ answer: CompareAnswer) -> [String] {
    guard !items.isEmpty else {
      return answer.question.isContrast
        ? [
          "no layer that differs has action units of both pain and emotion: there is no contrast"
        ] : []
    }
    let overall = items.filter { $0.layer == nil }
    return (overall.isEmpty ? items : overall).map { item in
      let contrast = item.contrast
      var text =
        "\(item.measure.rawValue) \(item.layer.map { "in \($0)" } ?? "over layers"): "
        + "mean Δ \(NumberText.brief(item.means.pain)) of pain units, "
        + "\(NumberText.brief(item.means.emotion)) of units of emotion alone; contrast "
        + NumberText.brief(contrast.delta)
      if let interval = contrast.interval, let p = contrast.pValue {
        text +=
          " (\(NumberText.brief(interval.low)) to \(NumberText.brief(interval.high)), "
          + "p \(NumberText.brief(p)))"
      }
      return text
    }
  }

  private static func list(_ units: [Int]) -> String {
    units.map(String.init).joined(separator: ";")
  }
}
