import Compute
import Testing

@testable import lethe_studies

@Suite("Made-up studies")
struct MadeUpStudyTests {
  @Test("outcomes and their correlation within subjects are the planted ones")
  func outcomes() {
    let study = MadeUpStudy(forgotten: 0.25, gained: 0.1, correlation: 0.3, subjects: 4_000)
    let counts = MadeUpStudy.counts(study.frames(seed: 5, repetition: 0), subjects: 4_000)
    let all = counts.reduce(into: FlipCounts()) { $0 += $1 }
    // The standard error of a share is √(p·q·(1 + 23·0.3)/96000) < 0.0041: four of them.
    #expect(abs(Double(all.retained) / 96_000 - 0.5) < 0.017)
    #expect(abs(Double(all.forgotten) / 96_000 - 0.25) < 0.017)
    #expect(abs(Double(all.gained) / 96_000 - 0.1) < 0.017)
    // Of two pictures of one subject, both forgotten: p² + ρ·p·q.
    let pairs = counts.reduce(0.0) { $0 + Double($1.forgotten * ($1.forgotten - 1)) }
    #expect(abs(pairs / (4_000 * 24 * 23) - (0.0625 + 0.3 * 0.1875)) < 0.01)
  }

  @Test("the control is drawn like the network after")
  func control() {
    let study = MadeUpStudy(forgotten: 0.2, gained: 0.1, correlation: 0.2, subjects: 2_000)
    let frames = study.frames(seed: 6, repetition: 0)
    let known = frames.filter { $0.before == $0.label }
    let after = known.count { $0.after != $0.label }
    let control = known.count { $0.control != $0.label }
    // Both are 20 % of 48,000, give or take √(0.16·(1 + 23·0.2)/48000) = 0.0043.
    #expect(abs(Double(after) / 48_000 - 0.2) < 0.018)
    #expect(abs(Double(control) / 48_000 - 0.2) < 0.018)
  }

  @Test("the planted odds ratio is that of every emotion", arguments: [0, 0.7])
  func oddsRatio(habit: Double) throws {
    let study = MadeUpStudy(
      forgotten: 0.3, gained: 0.1, correlation: 0.2, subjects: 8_000, oddsRatio: 3, habit: habit)
    var tables = [CountTable](repeating: CountTable(), count: MadeUpStudy.classes.count)
    for frame in study.frames(seed: 7, repetition: 0) where frame.before == frame.label {
      let isWith = frame.units.contains(MadeUpStudy.plantedUnit)
      switch (frame.after == frame.label, isWith) {
      case (false, true): tables[frame.label].casesWith += 1
      case (false, false): tables[frame.label].casesWithout += 1
      case (true, true): tables[frame.label].controlsWith += 1
      case (true, false): tables[frame.label].controlsWithout += 1
      }
    }
    for table in tables { #expect(abs(try #require(table.oddsRatio) - 3) < 0.6) }
    #expect(abs(try #require(MantelHaenszel(tables).oddsRatio) - 3) < 0.2)
  }

  @Test("a recipe takes what it is planted to take")
  func recipe() {
    let drops = (0..<400).map { repetition in
      RecipeSimulation.Reading(
        MadeUpRecipe(drop: 0.05, seeds: 5).counts(seed: 8, repetition: repetition), seed: 1
      ).drop
    }
    // A pair's difference has a standard deviation of about 0.04, the mean of 2,000 of 0.001.
    #expect(abs((drops.mean ?? 0) - 0.05) < 0.004)
  }
}
