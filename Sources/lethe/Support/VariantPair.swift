import CommandLineKit

/// The two variants that a comparison is between.
enum VariantPair {
  static let before = Argument<String>("before", help: "The variant before.", completion: .models)
  static let after = Argument<String>("after", help: "The variant after.", completion: .models)

  static let parameters: [any ParameterConvertible] = [before, after]
}
