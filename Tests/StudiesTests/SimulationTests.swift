import Compute
import Query
import Testing

@testable import lethe_studies

/// Few repetitions: enough to see a statistic that is badly wrong.
@Suite("Simulations")
struct SimulationTests {
  private func value(_ row: ResultRow, _ column: String) throws -> Double {
    try #require(ResultRow.table([row])[column].first?.double)
  }

  @Test("exchangeable networks: subjects keep the level, pictures do not")
  func exchangeable() throws {
    let study = MadeUpStudy(forgotten: 0.15, gained: 0.15, correlation: 0.3)
    let row = try NetworkSimulation.row(study, repetitions: 200, seed: 9)
    // Four standard errors above 0.05 are 0.112.
    #expect(try value(row, "p_permutation") < 0.112)
    #expect(try value(row, "mcnemar") > 0.25)
    #expect(try value(row, "coverage") > 0.8)
  }

  @Test("a planted loss is found at its size")
  func planted() throws {
    let study = MadeUpStudy(forgotten: 0.30, gained: 0.05, correlation: 0.1)
    let row = try NetworkSimulation.row(study, repetitions: 100, seed: 10)
    #expect(abs(try value(row, "mean_nfr") - 0.30) < 0.02)
    #expect(abs(try value(row, "mean_pfr") - 0.05) < 0.01)
    #expect(try value(row, "p_permutation") > 0.9)
  }

  @Test("one pair of networks does not speak for a recipe that does nothing")
  func recipe() throws {
    let row = try RecipeSimulation.row(
      MadeUpRecipe(drop: 0, seeds: 8), repetitions: 200, seed: 11)
    #expect(try value(row, "seed_test") < 0.112)
    #expect(try value(row, "coverage") > 0.888)
    #expect(try value(row, "one_pair") > 0.1)
  }

  @Test("concepts of exchangeable networks: subjects keep the level, pictures do not")
  func concepts() throws {
    let rows = try ConceptSimulation.rows(
      MadeUpConcept(subjects: 10, ratioDrop: 0, strengthDrop: 0), repetitions: 120, seed: 12)
    for row in rows {
      // Four standard errors above 0.05 are 0.13.
      #expect(try value(row, "p_permutation") < 0.13)
      // Set IoU suffers most from taking pictures for independent; areas suffer as well.
      let isRatio = row.cells.contains(.text("set_iou"))
      #expect(try value(row, "naive_p") > (isRatio ? 0.25 : 0.05))
      #expect(abs(try value(row, "mean_delta")) < 0.02)
    }
  }

  @Test("planted drops of concepts are found at their size")
  func plantedConcepts() throws {
    let rows = try ConceptSimulation.rows(
      MadeUpConcept(subjects: 20, ratioDrop: 0.2, strengthDrop: 0.9), repetitions: 60, seed: 13)
    for row in rows {
      let planted = try value(row, "planted_delta")
      #expect(planted < -0.15)
      #expect(abs(try value(row, "mean_delta") - planted) < 0.02)
      #expect(try value(row, "p_permutation") > 0.9)
      #expect(try value(row, "called_kept") == 0)
    }
  }

  @Test("equal seeds give equal tables, whatever was run before")
  func repeatable() throws {
    let suite = SimulationSuite(repetitions: 12, seed: 3)
    let first = try suite.run(.recipe).map(\.table)
    _ = try NetworkSimulation.row(NetworkSimulation.planted[0], repetitions: 2, seed: 3)
    #expect(try suite.run(.recipe).map(\.table) == first)
    #expect(try SimulationSuite(repetitions: 12, seed: 4).run(.recipe).map(\.table) != first)
  }

  @Test("a column with its ends is read as one")
  func readable() {
    let table = Table(
      columns: ["n", "rate", "rate_lo", "rate_hi", "x_lo"],
      rows: [[Cell(3), .real(0.5), .real(0.25), .real(0.75), .real(1)], [Cell(4)]])
    let readable = StudyTable(name: "t", title: "t", table: table).readable
    #expect(readable.columns == ["n", "rate", "x_lo"])
    #expect(readable.rows[0] == [Cell(3), .text("0.5 [0.25, 0.75]"), .real(1)])
    #expect(readable.rows[1] == [Cell(4), .null, .null])
  }
}
