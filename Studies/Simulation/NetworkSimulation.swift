import Compute
import Query

/// The question about *these two networks*: flip rates, their interval and the tests.
enum NetworkSimulation {
  /// Nothing planted, for people who differ the more the larger the correlation.
  static let exchangeable = [5, 10, 20, 40].flatMap { subjects in
    [0, 0.2, 0.5].map { correlation in
      MadeUpStudy(
        forgotten: 0.15, gained: 0.15, correlation: correlation, subjects: subjects)
    }
  }

  /// Planted losses.
  static let planted = [10, 20, 40].flatMap { subjects in
    [(0.18, 0.12), (0.22, 0.10), (0.30, 0.05)].flatMap { forgotten, gained in
      [0, 0.2].map { correlation in
        MadeUpStudy(
          forgotten: forgotten, gained: gained, correlation: correlation, subjects: subjects)
      }
    }
  }

  /// One row: rates over the repetitions of a study.
  static func row(_ study: MadeUpStudy, repetitions: Int, seed: UInt64) throws -> ResultRow {
    let readings = try repeated(repetitions) { repetition in
      FlipReading(
        MadeUpStudy.counts(
          study.frames(seed: seed, repetition: repetition), subjects: study.subjects),
        seed: UInt64(repetition) + 1)
    }
    return row(study, readings)
  }

  static func row(_ study: MadeUpStudy, _ readings: [FlipReading]) -> ResultRow {
    var row = ResultRow()
    row.add("subjects", Cell(study.subjects))
    row.add("frames", Cell(study.frames))
    row.add("correlation", study.correlation)
    row.add("planted_nfr", study.negativeFlipRate)
    row.add("planted_pfr", study.positiveFlipRate)
    row.add("mean_nfr", readings.compactMap(\.negativeFlipRate).mean)
    row.add("mean_pfr", readings.compactMap(\.positiveFlipRate).mean)
    row.add("coverage", Rate(readings) { $0.interval?.contains(study.negativeFlipRate) })
    row.add("p_permutation", Rate(readings) { isSignificant($0.permutation) })
    row.add("mcnemar", Rate(readings) { isSignificant($0.mcNemar) })
    return row
  }
}
