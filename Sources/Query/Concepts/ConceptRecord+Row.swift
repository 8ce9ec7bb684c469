internal import Compute
internal import Warehouse

extension ConceptRecord {
  /// What a warehouse stores of it.
  func row(dataset: Int64) -> ConceptRow {
    var measures = ConceptRow.Measures()
    measures.setIoU = setIoU
    measures.setIoUAll = setIoUAll
    measures.presenceAUC = presenceAUC
    measures.meanIoU = meanIoU
    measures.bestFilter = bestFilter
    measures.bestFilterIoU = bestFilterIoU
    measures.regionIoU = regionIoU
    measures.placeIoU = placeIoU
    measures.weightsIoU = weightsIoU
    measures.alpha = alpha
    measures.loss = lossValue
    measures.iterations = iterations
    measures.converged = converged
    return ConceptRow(
      id: id,
      identity: ConceptRow.Identity(
        key: key, dataset: dataset, au: au, split: split, loss: loss.rawValue, options: options),
      counts: ConceptRow.Counts(
        fit: nFit, present: nPresent, absent: nAbsent, unknown: nUnknown),
      measures: measures, note: note, weights: weights,
      scores: samples.map { sample in
        ConceptScoreRow(
          sample: sample.sampleID, isPresent: sample.present,
          intersection: sample.score.intersection, union: sample.score.union,
          predicted: sample.score.predicted, concept: sample.score.concept,
          peak: sample.score.peak)
      })
  }

  /// Takes over what a warehouse stores.
  ///
  /// - Parameters:
  ///   - row: The stored concept.
  ///   - all: The samples of the data set.
  /// - Throws: `QueryError` if it scores a sample that the data set has not.
  mutating func fill(from row: ConceptRow, samples all: ConceptSamples) throws {
    id = row.id
    nFit = row.counts.fit
    nPresent = row.counts.present
    nAbsent = row.counts.absent
    nUnknown = row.counts.unknown
    setIoU = row.measures.setIoU
    setIoUAll = row.measures.setIoUAll
    presenceAUC = row.measures.presenceAUC
    meanIoU = row.measures.meanIoU
    bestFilter = row.measures.bestFilter
    bestFilterIoU = row.measures.bestFilterIoU
    regionIoU = row.measures.regionIoU
    placeIoU = row.measures.placeIoU
    weightsIoU = row.measures.weightsIoU
    alpha = row.measures.alpha
    lossValue = row.measures.loss
    iterations = row.measures.iterations
    converged = row.measures.converged
    note = row.note
    weights = row.weights
    samples = try row.scores.map { score in
      guard let sample = all.row(of: score.sample).map({ all.samples[$0] }) else {
        throw QueryError.failed(
          "concept \(row.id ?? 0) scores sample \(score.sample), which \(dataset) has not: "
            + "run lethe verify")
      }
      return Sample(
        sampleID: score.sample, position: sample.position, subject: sample.subject,
        present: score.isPresent,
        score: ConceptScore(
          intersection: score.intersection, union: score.union, predicted: score.predicted,
          concept: score.concept, peak: score.peak))
    }
  }
}
