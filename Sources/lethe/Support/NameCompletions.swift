import CommandLineKit

extension CompletionKind {
  /// The names of the data sets in the warehouse.
  static let datasets = program(["completions", "--list", "datasets"])
  /// The names of the layers in the warehouse.
  static let layers = program(["completions", "--list", "layers"])
  /// The names of the models in the warehouse.
  static let models = program(["completions", "--list", "models"])
  /// The public views.
  static let views = program(["completions", "--list", "views"])
}
