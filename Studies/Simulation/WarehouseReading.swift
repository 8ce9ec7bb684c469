import Compute
import Query

/// What `lethe flips --control` and `lethe aus` say of one made-up study in a warehouse.
struct WarehouseReading: Sendable {
  /// One action unit.
  struct Unit: Sendable, Equatable {
    let au: Int
    let oddsRatio: Double?
    let interval: Interval?
    let pValue: Double?
    let adjusted: Double?
  }

  let flips: FlipReading
  let units: [Unit]

  /// Asks for the answers.
  init(_ name: String, seed: UInt64, in session: ReadOnlySession) throws {
    var question = FlipsQuestion(before: MadeUpWarehouse.before, after: MadeUpWarehouse.after)
    question.selection = Selection(dataset: name)
    question.control = MadeUpWarehouse.control
    question.seed = seed
    flips = FlipReading(try session.table(try session.flips(question)))
    var unitQuestion = AUQuestion(before: MadeUpWarehouse.before, after: MadeUpWarehouse.after)
    unitQuestion.selection = question.selection
    let table = try session.table(try session.actionUnits(unitQuestion))
    units = table["au"].indices.map { row in
      let number = { (column: String) in table[column][row].double }
      return Unit(
        au: table["au"][row].int ?? 0, oddsRatio: number("cmh_odds_ratio"),
        interval: Interval(number("lo"), number("hi")), pValue: number("p"),
        adjusted: number("p_holm"))
    }
  }

  /// The readings of all repetitions of a study, ten to a warehouse.
  static func all(_ study: MadeUpStudy, repetitions: Int, seed: UInt64) throws
    -> [WarehouseReading]
  {
    let size = 10
    return try repeated((repetitions + size - 1) / size) { block in
      let range = block * size..<min(repetitions, (block + 1) * size)
      let warehouse = try MadeUpWarehouse()
      defer { try? warehouse.remove() }
      for repetition in range {
        try warehouse.add(
          study.frames(seed: seed, repetition: repetition), named: "study\(repetition)")
      }
      return try warehouse.ask { session in
        try range.map {
          try WarehouseReading("study\($0)", seed: UInt64($0) + 1, in: session)
        }
      }
    }.flatMap { $0 }
  }
}
