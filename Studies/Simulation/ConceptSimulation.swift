import Compute
import Query

/// The question about *these two networks* for concepts: Δ of set IoU and of presence AUC.
enum ConceptSimulation {
  /// The two measures, with the margins of verdicts.
  private static let measures = [("set_iou", 0.02), ("presence_auc", 0.05)]

  static let concepts =
    [5, 10, 20, 40].map { MadeUpConcept(subjects: $0, ratioDrop: 0, strengthDrop: 0) }
    + [(0.05, 0.25), (0.1, 0.5), (0.2, 0.9)].flatMap { ratio, strength in
      [10, 20].map {
        MadeUpConcept(subjects: $0, ratioDrop: ratio, strengthDrop: strength)
      }
    }

  private struct Reading: Sendable {
    let results: [PairedComparison]
    /// p values with every picture its own subject.
    let naive: [Double?]
  }

  /// Two rows, one a measure: rates over the repetitions of a concept.
  static func rows(_ concept: MadeUpConcept, repetitions: Int, seed: UInt64) throws -> [ResultRow] {
    let readings = try repeated(repetitions) { repetition in
      let draw = concept.draw(seed: seed, repetition: repetition)
      let bootstrap = SubjectBootstrap(seed: UInt64(repetition) + 1)
      let naive = draw.naiveMeasures()
      // Only its p values are looked at, and only whether they are small.
      let naiveStudy = PairedStudy(
        subjects: naive.pictures,
        bootstrap: SubjectBootstrap(resamples: 1, seed: UInt64(repetition) + 1),
        permutations: 1_000)
      return Reading(
        results: PairedStudy(subjects: concept.subjects, bootstrap: bootstrap)
          .compare(draw.measures(subjects: concept.subjects)),
        naive: naiveStudy.compare(naive.measures).map(\.pValue))
    }
    return measures.indices.map { index in
      let planted = index == 0 ? concept.ratioDrop : concept.areaDrop
      let results = readings.map { $0.results[index] }
      let verdicts = results.map {
        DifferenceVerdict($0.interval, margin: measures[index].1)
      }
      var row = ResultRow()
      row.add("measure", Cell(measures[index].0))
      row.add("subjects", Cell(concept.subjects))
      row.add("planted_delta", -planted)
      row.add("mean_delta", results.compactMap(\.delta).mean)
      row.add("coverage", Rate(results) { $0.interval?.contains(-planted) })
      row.add("p_permutation", Rate(results) { isSignificant($0.pValue) })
      row.add("naive_p", Rate(readings) { isSignificant($0.naive[index]) })
      row.add("called_forgotten", Rate(verdicts) { $0 == .forgotten })
      row.add("called_kept", Rate(verdicts) { $0 == .kept })
      row.add("mean_detectable", results.compactMap { $0.detectable() }.mean)
      return row
    }
  }
}
