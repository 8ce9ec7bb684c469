extension FunctionsInSQL {
  /// A function in words.
  struct Description {
    let name: String
    let arguments: [String]
    let description: String
  }

  /// Every function, in the order in which a reader meets them.
  static let all = [
    Description(name: "sigmoid", arguments: ["x"], description: "1 / (1 + exp(-x))"),
    Description(
      name: "quantile", arguments: ["x", "q"],
      description: "aggregate: the quantile q (0 to 1) of x, interpolated linearly"),
    Description(
      name: "stddev", arguments: ["x"],
      description: "aggregate or window: the standard deviation of x, divisor n - 1"),
    Description(
      name: "zscore", arguments: ["x", "mean", "sd"],
      description: "(x - mean) / sd; NULL where sd is 0"),
    Description(
      name: "cosine", arguments: ["x", "y"],
      description: "of the angle between two vectors, each a JSON array of numbers or a blob of "
        + "float32; NULL where one has no length"),
    Description(
      name: "mcnemar_midp", arguments: ["b", "c"],
      description: "two-sided mid-p value of McNemar's test of b against c discordant pairs"),
    Description(
      name: "odds_ratio", arguments: ["a", "b", "c", "d"],
      description: "a d / (b c): cases with, cases without, controls with, controls without; "
        + "NULL where infinite"),
  ]
}
