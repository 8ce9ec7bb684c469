import CommandLineKit

/// What every command takes.
enum GlobalOptions {
  static let warehouse = Option<String>(
    "warehouse", short: "w", value: "DIR", help: "The folder of the warehouse.",
    default: "lethe-warehouse", environment: "LETHE_WAREHOUSE", completion: .directory)

  static let quiet = Flag(
    "quiet", short: "q", help: "Leave out progress and notes; errors are still said.")

  static let group = OptionGroup("Global options", [warehouse, quiet])
}
