import CommandLineKit

/// Every simulation, each a table or two.
struct SimulationSuite {
  /// A part that can be run alone.
  enum Part: String, CaseIterable, ExpressibleByArgument {
    case exchangeable, planted, warehouse, recipe, concept
  }

  let repetitions: Int
  let seed: UInt64

  func run(_ part: Part) throws -> [StudyTable] {
    switch part {
    case .exchangeable:
      return [
        table(
          "exchangeable", "Two networks that are exchangeable within each subject",
          try NetworkSimulation.exchangeable.map(row))
      ]
    case .planted:
      return [
        table("planted", "Planted losses", try NetworkSimulation.planted.map(row))
      ]
    case .warehouse:
      let rows = try WarehouseSimulation.rows(repetitions: repetitions, seed: seed)
      return [
        table("warehouse-flips", "`lethe flips --control` over warehouses", rows.flips),
        table("warehouse-aus", "`lethe aus` over the same warehouses", rows.units),
      ]
    case .recipe:
      let rows = try RecipeSimulation.recipes.map {
        try RecipeSimulation.row($0, repetitions: repetitions, seed: seed)
      }
      return [table("recipe", "Repetitions of one recipe, which differ by seed", rows)]
    case .concept:
      let rows = try ConceptSimulation.concepts.flatMap {
        try ConceptSimulation.rows($0, repetitions: repetitions, seed: seed)
      }
      return [table("concept", "Differences of concepts between two networks", rows)]
    }
  }

  private func row(_ study: MadeUpStudy) throws -> ResultRow {
    try NetworkSimulation.row(study, repetitions: repetitions, seed: seed)
  }

  private func table(_ name: String, _ title: String, _ rows: [ResultRow]) -> StudyTable {
    StudyTable(
      name: name, title: "\(title) (\(repetitions) repetitions)", table: ResultRow.table(rows))
  }
}
