internal import Compute

/// Fits and evaluates one action unit in one layer.
///
/// Its parts may run side by side.
struct ConceptEvaluation: Sendable {
  /// Random weights of which the control is the mean.
  private static let draws = 20

  let layer: ConceptLayer
  let truth: ConceptTruth
  let options: ConceptOptions
  let seed: UInt64
  /// Threads for the fit of the concept itself, the longest part.
  let threads: Int

  /// What can run apart from the rest.
  enum Part: CaseIterable {
    case concept
    case region
    case place
  }

  /// What a part finds.
  enum Finding: Sendable {
    case concept(Concept)
    case control(Part, setIoU: Double?)
  }

  /// The fit with everything that is measured of it.
  struct Concept: Sendable {
    let fit: ConceptFit
    /// One a row of the evaluated samples.
    let scores: [ConceptScore]
    let best: (channel: Int, setIoU: Double?)?
    let weightsIoU: Double?
  }

  /// Runs a part; the concept needs train samples with the action unit.
  func run(_ part: Part) -> Finding {
    switch part {
    case .concept: .concept(concept())
    case .region: .control(part, setIoU: truth.region.flatMap(control))
    case .place: .control(part, setIoU: truth.place.flatMap(control))
    }
  }

  private func concept() -> Concept {
    let fit = layer.fit(
      truth.fit.masks, samples: truth.fit.rows, options: options, threads: threads)
    let evaluated = truth.evaluated
    let scores = layer.scores(
      weights: fit.weights, masks: evaluated.masks, samples: evaluated.rows)
    let present = truth.present
    let best = layer.bestFilter(masks: truth.fit.masks, samples: truth.fit.rows).map { best in
      (
        channel: best.channel,
        setIoU: ConceptScore.setIoU(
          layer.scores(filter: best.channel, masks: present.masks, samples: present.rows))
      )
    }
    return Concept(fit: fit, scores: scores, best: best, weightsIoU: randomIoU(fit.weights))
  }

  private func control(_ control: ConceptTruth.Control) -> Double? {
    let fit = layer.fit(control.fit.masks, samples: control.fit.rows, options: options)
    return ConceptScore.setIoU(
      layer.scores(
        weights: fit.weights, masks: control.evaluated.masks, samples: control.evaluated.rows))
  }

  /// Mean set IoU of weights drawn from a normal distribution, scaled to the norm of the fit's.
  private func randomIoU(_ weights: [Double]) -> Double? {
    let norm = weights.reduce(0) { $0 + $1 * $1 }.squareRoot()
    let present = truth.present
    var stream = RandomStream(
      seed: seed, RandomStream.key("concept weights"), UInt64(truth.au))
    var sum = 0.0
    for _ in 0..<ConceptEvaluation.draws {
      var drawn = weights.map { _ in stream.normal() }
      let length = drawn.reduce(0) { $0 + $1 * $1 }.squareRoot()
      if length > 0 { drawn = drawn.map { $0 * norm / length } }
      let scores = layer.scores(weights: drawn, masks: present.masks, samples: present.rows)
      guard let setIoU = ConceptScore.setIoU(scores) else { return nil }
      sum += setIoU
    }
    return sum / Double(ConceptEvaluation.draws)
  }
}
