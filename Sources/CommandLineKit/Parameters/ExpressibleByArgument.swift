/// A type whose values can be read from one word of the command line.
public protocol ExpressibleByArgument: Sendable {
  /// Reads the word; nil when it is no value of this type.
  init?(argument: String)
  /// The value as a user would type it.
  var defaultValueDescription: String { get }
  /// All accepted words; empty when they cannot be listed.
  static var allValueStrings: [String] { get }
  /// What is expected, as in "is not a whole number".
  static var expectation: String { get }
}

extension ExpressibleByArgument {
  /// The value's own description.
  public var defaultValueDescription: String { "\(self)" }
  /// None can be listed.
  public static var allValueStrings: [String] { [] }
  /// Unspecific: the name of the choices, or nothing better than "a valid value".
  public static var expectation: String {
    allValueStrings.isEmpty ? "a valid value" : "one of " + allValueStrings.joined(separator: ", ")
  }
}

extension ExpressibleByArgument where Self: RawRepresentable, RawValue == String {
  /// Reads the raw value.
  public init?(argument: String) { self.init(rawValue: argument) }
  /// The raw value.
  public var defaultValueDescription: String { rawValue }
}

extension ExpressibleByArgument
where Self: CaseIterable, Self: RawRepresentable, RawValue == String {
  /// The raw values in the order of the cases.
  public static var allValueStrings: [String] { allCases.map(\.rawValue) }
}

extension String: ExpressibleByArgument {
  /// Takes the word as it is.
  public init?(argument: String) { self = argument }
}

extension Int: ExpressibleByArgument {
  /// Reads a decimal number.
  public init?(argument: String) { self.init(argument, radix: 10) }
  /// As in "is not a whole number".
  public static var expectation: String { "a whole number" }
}

extension UInt64: ExpressibleByArgument {
  /// Reads a decimal number.
  public init?(argument: String) { self.init(argument, radix: 10) }
  /// As in "is not a whole number from 0 on".
  public static var expectation: String { "a whole number from 0 on" }
}

extension Double: ExpressibleByArgument {
  /// Reads a finite number.
  public init?(argument: String) {
    guard let value = Double(argument), value.isFinite else { return nil }
    self = value
  }
  /// As in "is not a number".
  public static var expectation: String { "a number" }
}

extension Bool: ExpressibleByArgument {
  /// Reads `true` or `false`.
  public init?(argument: String) { self.init(argument) }
  /// `true` and `false`.
  public static var allValueStrings: [String] { ["true", "false"] }
}
