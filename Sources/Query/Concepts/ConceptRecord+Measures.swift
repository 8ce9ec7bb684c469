internal import Compute

extension ConceptRecord {
  /// Notes how many samples there are, and what that leaves undefined.
  mutating func count(_ truth: ConceptTruth) {
    nFit = truth.fit.rows.count
    nPresent = truth.present.rows.count
    nAbsent = truth.absent.count
    nUnknown = truth.unknown
    if nFit == 0 {
      note = "no train sample has a mask of AU\(au) on the grid"
    } else if nPresent == 0 {
      note = "no \(split) sample has a mask of AU\(au) on the grid"
    } else if nAbsent == 0 {
      note = "AU\(au) is absent from no \(split) sample"
    }
  }

  /// Takes over what a part of the evaluation found.
  mutating func take(
    _ finding: ConceptEvaluation.Finding, of truth: ConceptTruth, samples all: ConceptSamples
  ) {
    switch finding {
    case .control(.region, let setIoU): regionIoU = setIoU
    case .control(_, let setIoU): placeIoU = setIoU
    case .concept(let concept): take(concept, of: truth, samples: all)
    }
  }

  private mutating func take(
    _ concept: ConceptEvaluation.Concept, of truth: ConceptTruth, samples all: ConceptSamples
  ) {
    weights = concept.fit.weights
    alpha = concept.fit.alpha
    lossValue = concept.fit.loss
    iterations = concept.fit.iterations
    converged = concept.fit.converged
    bestFilter = concept.best?.channel
    bestFilterIoU = concept.best?.setIoU
    weightsIoU = concept.weightsIoU
    let (part, isPresent) = (truth.evaluated, truth.isPresent)
    let present = zip(concept.scores, isPresent).filter(\.1).map(\.0)
    setIoU = ConceptScore.setIoU(present)
    setIoUAll = ConceptScore.setIoU(concept.scores)
    let single = present.compactMap(\.iou)
    meanIoU = single.isEmpty ? nil : single.reduce(0, +) / Double(single.count)
    presenceAUC =
      RankedScores(
        scores: concept.scores.map { Double($0.peak) }, isPositive: isPresent,
        groups: concept.scores.map { _ in 0 }
      ).area
    samples = part.rows.indices.map { index in
      let sample = all.samples[part.rows[index]]
      return Sample(
        sampleID: sample.id, position: sample.position, subject: sample.subject,
        present: isPresent[index], score: concept.scores[index])
    }
  }
}
