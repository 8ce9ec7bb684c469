import CommandLineKit

/// The chance in intervals and tests, which the same seed repeats.
enum RandomOptions {
  static let seed = Option<UInt64>("seed", value: "N", help: "Of the resampling.", default: 1)

  static let resamples = Option<Int>(
    "resamples", value: "N", help: "Bootstrap samples of the subjects.", default: 2_000,
    check: atLeastOne)

  static let permutations = Option<Int>(
    "permutations", value: "N", help: "Sign patterns of the permutation test.", default: 20_000,
    check: atLeastOne)

  static let group = OptionGroup("Intervals and tests", [seed, resamples, permutations])

  @Sendable private static func atLeastOne(_ value: Int) -> String? {
    value > 0 ? nil : "is not above 0"
  }
}
