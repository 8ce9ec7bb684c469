import Compute
import Query

/// The question about *this recipe*: what repetitions of training say that one pair of networks
/// cannot.
enum RecipeSimulation {
  /// The p values of one repetition.
  struct Reading: Sendable {
    /// The mean of forgotten − gained over pictures and seeds.
    let drop: Double
    /// *These two networks*: the first pair, over subjects.
    let onePair: Double
    /// The first pair, pictures taken for independent.
    let onePairMcNemar: Double
    /// All pairs pooled, over subjects.
    let pooled: Double
    /// All pairs pooled, pictures taken for independent.
    let pooledMcNemar: Double
    /// *This recipe*: the t test over pairs.
    let recipe: SeedTest?
    /// Signs of the pairs' differences.
    let seedSigns: Double

    init(_ pairs: [[FlipCounts]], seed: UInt64) {
      let difference = { (counts: FlipCounts) in counts.forgotten - counts.gained }
      let sum = { (counts: [FlipCounts]) in counts.reduce(into: FlipCounts()) { $0 += $1 } }
      let totals = pairs.map(sum)
      let drops = totals.map { Double(difference($0)) / Double(max(1, $0.n)) }
      let all = sum(totals)
      drop = drops.mean ?? 0
      let first = pairs[0]
      onePair = SignFlipTest.pValue(differences: first.map(difference), seed: seed)
      onePairMcNemar = McNemar.midP(totals[0].forgotten, totals[0].gained)
      pooled = SignFlipTest.pValue(
        differences: first.indices.map { subject in
          pairs.reduce(0) { $0 + difference($1[subject]) }
        }, seed: seed)
      pooledMcNemar = McNemar.midP(all.forgotten, all.gained)
      recipe = SeedTest(drops)
      seedSigns = SignFlipTest.pValue(differences: drops, seed: seed)
    }
  }

  static let recipes = [0, 0.02, 0.05].flatMap { drop in
    [5, 8, 10].map { MadeUpRecipe(drop: drop, seeds: $0) }
  }

  /// One row: rates over the repetitions of a recipe.
  static func row(_ recipe: MadeUpRecipe, repetitions: Int, seed: UInt64) throws -> ResultRow {
    let readings = try repeated(repetitions) { repetition in
      Reading(
        recipe.counts(seed: seed, repetition: repetition), seed: UInt64(repetition) + 1)
    }
    var row = ResultRow()
    row.add("planted_drop", recipe.drop)
    row.add("seeds", Cell(recipe.seeds))
    row.add("mean_drop", readings.map(\.drop).mean)
    row.add("coverage", Rate(readings) { $0.recipe?.interval.contains(recipe.drop) })
    row.add("seed_test", Rate(readings) { isSignificant($0.recipe?.pValue) })
    row.add("seed_signs", Rate(readings) { isSignificant($0.seedSigns) })
    row.add("one_pair", Rate(readings) { isSignificant($0.onePair) })
    row.add("one_pair_mcnemar", Rate(readings) { isSignificant($0.onePairMcNemar) })
    row.add("pooled_subjects", Rate(readings) { isSignificant($0.pooled) })
    row.add("pooled_mcnemar", Rate(readings) { isSignificant($0.pooledMcNemar) })
    return row
  }
}
