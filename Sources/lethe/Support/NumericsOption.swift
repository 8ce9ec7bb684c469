import CommandLineKit
import Ingest

/// How convolutions are computed.
enum NumericsOption {
  enum Choice: String, CaseIterable, ExpressibleByArgument {
    case fast, strict
  }

  static let numerics = Option<Choice?>(
    "numerics", value: "HOW",
    help: """
      How its convolutions are computed: fast, or strict for last bits about four times closer to \
      double precision (default: as the parent's, else fast).
      """)

  static func value(_ values: ArgumentValues) -> ChosenNumerics? {
    values[numerics].flatMap { ChosenNumerics(rawValue: $0.rawValue) }
  }
}
