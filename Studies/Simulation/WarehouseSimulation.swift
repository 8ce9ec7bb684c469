import Compute
import Foundation
import Query

/// The public answers `flips --control` and `aus` over real warehouses of made-up studies.
enum WarehouseSimulation {
  /// Nothing planted and people without habits; then habits; then odds ratios, with both.
  static let studies = [
    MadeUpStudy(forgotten: 0.15, gained: 0.15, correlation: 0),
    MadeUpStudy(forgotten: 0.15, gained: 0.15, correlation: 0.2, habit: 0.7),
    MadeUpStudy(forgotten: 0.20, gained: 0.10, correlation: 0, oddsRatio: 2),
    MadeUpStudy(forgotten: 0.20, gained: 0.10, correlation: 0, oddsRatio: 4),
    MadeUpStudy(forgotten: 0.20, gained: 0.10, correlation: 0.2, oddsRatio: 4, habit: 0.7),
  ]

  /// A row a study, for each of the two answers.
  static func rows(repetitions: Int, seed: UInt64) throws -> (
    flips: [ResultRow], units: [ResultRow]
  ) {
    var (flips, units): ([ResultRow], [ResultRow]) = ([], [])
    for study in studies {
      let readings = try WarehouseReading.all(study, repetitions: repetitions, seed: seed)
      flips.append(flipRow(study, readings))
      units.append(unitRow(study, readings))
    }
    return (flips, units)
  }

  private static func flipRow(_ study: MadeUpStudy, _ readings: [WarehouseReading]) -> ResultRow {
    var row = NetworkSimulation.row(study, readings.map(\.flips))
    let controls = readings.compactMap(\.flips.control)
    row.add("mean_minus_control", controls.compactMap(\.difference).mean)
    row.add("control_coverage", Rate(controls) { $0.interval?.contains(0) })
    row.add("p_minus_control", Rate(controls) { isSignificant($0.permutation) })
    return row
  }

  private static func unitRow(_ study: MadeUpStudy, _ readings: [WarehouseReading]) -> ResultRow {
    let planted = readings.compactMap { reading in
      reading.units.first { $0.au == MadeUpStudy.plantedUnit }
    }
    let others = readings.flatMap { reading in
      reading.units.filter { $0.au != MadeUpStudy.plantedUnit }
    }
    let families = readings.map { reading in
      reading.units.filter { $0.au != MadeUpStudy.plantedUnit || study.oddsRatio == 1 }
    }
    var row = ResultRow()
    row.add("subjects", Cell(study.subjects))
    row.add("correlation", study.correlation)
    row.add("habit", study.habit)
    row.add("planted_or", study.oddsRatio)
    row.add(
      "geometric_mean_or", planted.compactMap { $0.oddsRatio.map { log($0) } }.mean.map { exp($0) })
    row.add("coverage", Rate(planted) { $0.interval?.contains(study.oddsRatio) })
    row.add("p", Rate(planted) { isSignificant($0.pValue) })
    row.add("p_holm", Rate(planted) { isSignificant($0.adjusted) })
    row.add("other_aus_p", Rate(others) { isSignificant($0.pValue) })
    row.add(
      "any_false_holm", Rate(families) { $0.contains { isSignificant($0.adjusted) == true } })
    return row
  }
}
