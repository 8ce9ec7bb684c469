import CommandLineKit
import Foundation
import Query

/// `lethe-studies simulate`: the tests and intervals on made-up data whose truth is known.
struct SimulateCommand: ParsableCommand {
  static let folder = Argument<String?>(
    "dir", help: "Where the tables go; if not given: nowhere.", completion: .directory)
  static let repetitions = Option<Int>(
    "repetitions", value: "N", help: "Made-up studies of each kind.", default: 500
  ) { (1...1_000_000).contains($0) ? nil : "is not between 1 and 1000000" }
  static let seed = Option<UInt64>("seed", value: "N", help: "Of everything.", default: 1)
  static let page = Option<String?>(
    "page", value: "FILE", help: "A Markdown page whose tables are brought up to date.")
  static let only = Option<SimulationSuite.Part?>(
    "only", value: "PART", help: "One table alone.")

  static let configuration = CommandConfiguration(
    commandName: "simulate",
    abstract: "Tests and intervals on made-up studies: false alarms, power, bias, coverage.",
    examples: [
      Example("lethe-studies simulate results", "The tables of docs/statistics.md"),
      Example("lethe-studies simulate --repetitions 50 --only recipe", "A quick look at one"),
    ],
    parameters: [folder, repetitions, seed, page, only])

  let values: ArgumentValues

  func run(_ console: Console) throws {
    let suite = SimulationSuite(repetitions: values[Self.repetitions], seed: values[Self.seed])
    let output = StudyOutput(
      folder: values[Self.folder].map { URL(filePath: $0) },
      page: values[Self.page].map { URL(filePath: $0) }, console: console)
    for part in SimulationSuite.Part.allCases where values[Self.only].map({ $0 == part }) ?? true {
      let clock = ContinuousClock()
      let start = clock.now
      for table in try suite.run(part) { try output.write(table) }
      try output.note("\(part.rawValue): \(output.seconds(clock.now - start)) s")
    }
  }
}
