public import CommandLineKit
public import Ingest

extension ChosenNumerics: ExpressibleByArgument {}

/// How convolutions are computed.
enum NumericsOption {
  static let numerics = Option<ChosenNumerics?>(
    "numerics", value: "HOW",
    help: """
      How its convolutions are computed: fast, or strict for last bits about four times closer to \
      double precision (default: as the parent's, else fast).
      """)
}
